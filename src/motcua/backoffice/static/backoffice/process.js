/* The drawing of a process, shown or drawn. The table says the same; every page works without this. */
(() => {
  "use strict";
  const box = document.querySelector("[data-drawing]");
  if (!box || !window.BpmnJS) return;
  const isDrawn = box.dataset.drawing === "edit";
  const words = window.processWords || {};
  const form = box.closest("form");
  const field = document.getElementById("xml");

  const said = (template, values = {}) => (words[template] || template).replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);

  // What the product cannot run is not offered, and the menu for aligning would need styles that the policy forbids.
  const NOT_OFFERED = ["create.data-object", "create.data-store", "create.participant-expanded", "create.group"];
  function Trimmed(palette) { palette.registerProvider(400, this); }
  Trimmed.$inject = ["palette"];
  Trimmed.prototype.getPaletteEntries = () => (entries) => {
    for (const name of NOT_OFFERED) delete entries[name];
    return entries;
  };
  const modules = [{ translate: ["value", said] }];
  // What is only read lies in a region that scrolls by itself: by mouse, finger and keyboard, and never holds the page.
  if (!isDrawn) modules.push({ moveCanvas: ["value", null], zoomScroll: ["value", null], keyboardMove: ["value", null] });
  if (isDrawn) modules.push({
    __init__: ["trimmed"], trimmed: ["type", Trimmed],
    alignElementsContextPadProvider: ["value", null], alignElementsMenuProvider: ["value", null],
  });
  const tool = new window.BpmnJS({ container: box, additionalModules: modules });
  window.processDrawing = tool;
  const get = (name) => tool.get(name);

  const open = async () => {
    try {
      const xml = field ? field.value : await (await fetch(box.dataset.source, { credentials: "same-origin" })).text();
      await tool.importXML(xml);
      isDrawn ? get("canvas").zoom("fit-viewport", "auto") : size(READABLE);
      // The palette stands on the left: what it would cover is moved from under it.
      if (isDrawn) { get("canvas").zoom(get("canvas").zoom() * 0.88, "auto"); get("canvas").scroll({ dx: 34, dy: 0 }); }
      label();
      if (isDrawn) startDrawing();
    } catch (error) {
      const note = document.createElement("p");
      note.className = "notice";
      note.textContent = box.dataset.failed + " " + String(error.message || "").slice(0, 300);
      box.replaceWith(note);
      if (field) { field.className = ""; field.rows = 20; field.removeAttribute("tabindex"); field.removeAttribute("aria-hidden"); }
    }
  };

  // The size of what is read is that of its box: at least as wide as the page, larger where letters would be too small.

  const READABLE = 0.65, STEP = 1.3;
  let scale = 1;
  const size = (least) => {
    const canvas = get("canvas"), { inner } = canvas.viewbox(), view = box.parentElement;
    scale = Math.max(least, Math.min(1, (view.clientWidth - 8) / (inner.width + 16)));
    box.style.width = Math.ceil((inner.width + 16) * scale) + "px";
    box.style.height = Math.ceil((inner.height + 48) * scale) + "px";
    canvas.resized();
    const [width, height] = [box.clientWidth / scale, box.clientHeight / scale];
    canvas.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - 8, width, height });
  };
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => {
      const act = button.dataset.zoom, by = act === "in" ? STEP : 1 / STEP;
      if (!isDrawn) size(act === "fit" ? 0 : Math.min(3, scale * by));
      else if (act === "fit") get("canvas").zoom("fit-viewport", "auto");
      else get("canvas").zoom(Math.min(3, get("canvas").zoom() * by), "auto");
    });

  const label = () => {
    const picture = box.querySelector("svg[data-element-id], .djs-container > svg") || box.querySelector("svg");
    picture.setAttribute("role", isDrawn ? "application" : "img");
    picture.setAttribute("aria-label", box.dataset.label);
    picture.setAttribute("tabindex", isDrawn ? "0" : "-1");
  };

  // Paths of the checker.

  const marked = [];
  const unmark = () => {
    for (const id of marked.splice(0)) if (get("elementRegistry").get(id)) get("canvas").removeMarker(id, "on-path");
    for (const b of document.querySelectorAll("[data-path]")) b.setAttribute("aria-pressed", "false");
  };
  const mark = (keys) => {
    const registry = get("elementRegistry");
    for (const key of keys) if (registry.get(key)) marked.push(key);
    const pairs = new Set(keys.slice(1).map((key, i) => keys[i] + " " + key));
    // A step with several outcomes has a gateway of its own behind it, which the path does not name.
    const step = (id) => id.replace(/-outcome$/, "");
    for (const line of registry.filter((e) => e.waypoints && e.source && e.target)) {
      const [from, to] = [line.source.id, line.target.id];
      const isInner = to === from + "-outcome" && keys.slice(0, -1).includes(from);
      if (isInner) marked.push(to);
      if (isInner || pairs.has(step(from) + " " + to)) marked.push(line.id);
    }
    for (const id of marked) get("canvas").addMarker(id, "on-path");
  };
  for (const button of document.querySelectorAll("[data-path]"))
    button.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") === "true";
      unmark();
      if (isOn) return;
      mark(button.dataset.path.split(" "));
      button.setAttribute("aria-pressed", "true");
      box.scrollIntoView({ block: "nearest" });
      if (!isDrawn && marked.length) get("elementRegistry").getGraphics(marked[0]).scrollIntoView({ block: "nearest", inline: "center" });
    });

  if (isDrawn && form) {
    let isReady = false;
    form.addEventListener("submit", async (event) => {
      if (isReady || !box.isConnected) return;
      event.preventDefault();
      event.stopPropagation();
      field.value = (await tool.saveXML({ format: true })).xml;
      isReady = true;
      form.requestSubmit(form.querySelector("button[value=save]"));
    }, true);
  }

  // What is made for the mouse gets a role, a name and the keyboard.

  const makeButton = (entry) => {
    if (entry.tabIndex === 0) return;
    entry.setAttribute("role", "button");
    entry.setAttribute("tabindex", "0");
    const name = entry.title || entry.getAttribute("aria-label") || entry.dataset.action;
    entry.title = name;
    entry.setAttribute("aria-label", name);
    entry.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      const type = CREATED[entry.dataset.action];
      // A shape of the palette hangs on the mouse; by keyboard it is put after the element that is chosen.
      if (type) put(type);
      else entry.click();
    });
  };
  const CREATED = {
    "create.start-event": "bpmn:StartEvent", "create.intermediate-event": "bpmn:IntermediateThrowEvent",
    "create.end-event": "bpmn:EndEvent", "create.exclusive-gateway": "bpmn:ExclusiveGateway",
    "create.task": "bpmn:UserTask", "create.subprocess-expanded": "bpmn:SubProcess",
  };
  const nameParts = () => {
    for (const entry of box.querySelectorAll(".djs-palette .entry, .djs-context-pad .entry")) makeButton(entry);
    for (const [selector, name] of [[".djs-palette", box.dataset.palette], [".djs-context-pad", box.dataset.pad]])
      for (const part of box.querySelectorAll(selector)) { part.setAttribute("role", "toolbar"); part.setAttribute("aria-label", name); }
    for (const toggle of box.querySelectorAll(".djs-palette-toggle")) toggle.setAttribute("aria-hidden", "true");
  };

  const put = (type) => {
    const [from] = get("selection").get();
    const shape = get("elementFactory").createShape({ type, isExpanded: type === "bpmn:SubProcess" });
    const canvas = get("canvas");
    if (from && !from.waypoints && from.type !== "bpmn:Process" && from.type !== "bpmn:EndEvent" && type !== "bpmn:StartEvent") {
      get("autoPlace").append(from, shape);
    } else {
      // In the middle of what is seen; within the pool, if there is one, for a shape cannot stand beside it.
      const view = canvas.viewbox(), root = canvas.getRootElement();
      const pool = get("elementRegistry").find((e) => e.type === "bpmn:Participant");
      const within = (at, from, length, own) => pool ? Math.max(from + own, Math.min(from + length - own, at)) : at;
      get("modeling").createShape(shape, {
        x: within(view.x + view.width / 2, pool?.x + 30, pool?.width - 30, shape.width / 2 + 10),
        y: within(view.y + view.height / 2, pool?.y, pool?.height, shape.height / 2 + 10),
      }, pool || root);
    }
    get("selection").select(shape);
  };

  // One element in words: everything that the mouse does in the drawing, with labels and the keyboard.

  const startDrawing = () => {
    const said = JSON.parse(document.getElementById("properties").dataset.words);
    const list = document.getElementById("element");
    const place = document.getElementById("properties");
    const registry = get("elementRegistry"), modeling = get("modeling"), selection = get("selection");

    const isShown = (e) => e.parent && !e.labelTarget && !/:(Process|Collaboration|LaneSet)$/.test(e.type) && e.type !== "label";
    const nameOf = (e) => {
      const own = e.businessObject.name || "";
      if (e.waypoints) return `${said.flow}: ${nameOf(e.source)} → ${nameOf(e.target)}${own ? ` (${own})` : ""}`;
      return `${said.types[e.type] || e.type.replace("bpmn:", "")}${own ? `: ${own}` : ""}`;
    };
    const shown = () => registry.filter(isShown).sort((a, b) => !!a.waypoints - !!b.waypoints || (a.x || 0) - (b.x || 0));

    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    const fillList = () => {
      const [chosen] = selection.get();
      list.replaceChildren(option("", said.none), ...shown().map((e) => option(e.id, nameOf(e))));
      list.value = chosen ? chosen.id : "";
    };

    const row = (label, control) => {
      const box = Object.assign(document.createElement("div"), { className: "field" });
      control.id = "property-" + place.childElementCount;
      box.append(Object.assign(document.createElement("label"), { htmlFor: control.id, textContent: label }), control);
      place.append(box);
      return control;
    };
    const input = (label, value, change) => {
      const control = row(label, Object.assign(document.createElement("input"), { value: value || "", autocomplete: "off" }));
      control.addEventListener("change", () => change(control.value.trim()));
      control.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();  // the form is not sent by leaving a field
        change(control.value.trim());
      });
    };
    const choose = (label, options, value, change) => {
      const control = row(label, document.createElement("select"));
      control.append(option("", "–"), ...options.map(([key, text]) => option(key, text)));
      control.value = value || "";
      control.addEventListener("change", () => change(control.value));
    };
    const button = (label, act, kind = "secondary") => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, className: kind });
      made.addEventListener("click", act);
      return made;
    };
    const own = (e, name) => (e.businessObject.$attrs || {})["motcua:" + name];
    const setOwn = (e, name, value) => modeling.updateProperties(e, { ["motcua:" + name]: value || undefined });

    const showElement = () => {
      const [e] = selection.get();
      const focused = document.activeElement && document.activeElement.id;
      place.replaceChildren();
      list.value = e && isShown(e) ? e.id : "";
      if (!e || !isShown(e)) return;
      const thing = e.businessObject;
      input(said.name, thing.name, (value) => modeling.updateProperties(e, { name: value || undefined }));
      if (e.waypoints) {
        const condition = thing.conditionExpression && thing.conditionExpression.body;
        input(said.condition, condition, (value) => modeling.updateProperties(e, {
          conditionExpression: value ? get("bpmnFactory").create("bpmn:FormalExpression", { body: value }) : undefined,
        }));
      } else if (/Task$/.test(e.type)) {
        choose(said.kind, said.kinds, own(e, "kind"), (value) => setOwn(e, "kind", value));
        choose(said.role, said.roles, own(e, "role"), (value) => setOwn(e, "role", value));
        input(said.minutes, own(e, "minutes"), (value) => setOwn(e, "minutes", value));
      }
      const acts = Object.assign(document.createElement("div"), { className: "actions" });
      if (!e.waypoints && !/EndEvent$|Participant$|Lane$/.test(e.type)) {
        for (const [type, label] of said.after) acts.append(button(label, () => put(type)));
        const targets = registry.filter((o) => isShown(o) && !o.waypoints && o !== e && !/StartEvent$|Participant$|Lane$|BoundaryEvent$/.test(o.type));
        choose(said.connect, targets.map((o) => [o.id, nameOf(o)]), "", (value) => {
          if (value) selection.select(modeling.connect(e, registry.get(value)));
        });
      }
      acts.append(button(said.undo, () => get("commandStack").undo()));
      if (!/Participant$|Lane$/.test(e.type)) acts.append(button(said.remove, () => modeling.removeElements([e]), "danger"));
      place.append(acts);
      const again = focused && document.getElementById(focused);
      if (again && place.contains(again)) again.focus();
    };

    list.addEventListener("change", () => {
      const element = registry.get(list.value);
      if (!element) return;
      selection.select(element);
      get("canvas").scrollToElement(element);
    });
    get("eventBus").on("selection.changed", () => { nameParts(); showElement(); });
    get("eventBus").on("commandStack.changed", () => { fillList(); showElement(); form.dataset.unsaved = "yes"; });
    get("eventBus").on("contextPad.open", () => setTimeout(nameParts));
    fillList();
    nameParts();
  };

  open();
})();
