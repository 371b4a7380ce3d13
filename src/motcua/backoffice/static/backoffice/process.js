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
      get("canvas").zoom("fit-viewport", "auto");
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

  const label = () => {
    const picture = box.querySelector("svg[data-element-id], .djs-container > svg") || box.querySelector("svg");
    picture.setAttribute("role", isDrawn ? "application" : "img");
    picture.setAttribute("aria-label", box.dataset.label);
    picture.setAttribute("tabindex", "0");
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
    for (const line of registry.filter((e) => e.waypoints && e.source && e.target))
      if (pairs.has(line.source.id + " " + line.target.id)) marked.push(line.id);
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
    if (entry.getAttribute("role")) return;
    entry.setAttribute("role", "button");
    entry.setAttribute("tabindex", "0");
    entry.setAttribute("aria-label", entry.title || entry.querySelector("[title]")?.title || entry.dataset.action);
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
    const shape = get("elementFactory").createShape({ type });
    const canvas = get("canvas");
    if (from && !from.waypoints && from.type !== "bpmn:Process" && from.type !== "bpmn:EndEvent" && type !== "bpmn:StartEvent") {
      get("autoPlace").append(from, shape);
    } else {
      const view = canvas.viewbox();
      get("modeling").createShape(shape, { x: view.x + view.width / 2, y: view.y + view.height / 2 }, canvas.getRootElement());
    }
    get("selection").select(shape);
  };

  //PANEL

  open();
})();
