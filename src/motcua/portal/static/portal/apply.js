/* Helps with applications: questions that follow from answers, nothing lost without a connection, uploads that go on. */
(() => {
  "use strict";

  // Questions that depend on answers of the same page come and go as one answers; the server decides all the same.
  const parts = [...document.querySelectorAll("[data-when]")];
  const givenIn = (form, name) => {
    const fields = [...form.elements].filter((el) => el.name === name && !el.closest("[hidden]"));
    if (!fields.length) return form.elements[name] ? [] : null;
    return fields.filter((el) => !["radio", "checkbox"].includes(el.type) || el.checked).map((el) => el.value.trim()).filter(Boolean);
  };
  const holds = (form, text) => text.split(/\s+and\s+/).every((one) => {
    const found = /^([a-z][a-z0-9_]*)\s*(=|!=|<=|>=|<|>)\s*(.+)$/.exec(one.trim());
    if (!found) return true;
    const given = givenIn(form, found[1]), values = found[3].split("|").map((v) => v.trim());
    // A question of an earlier page was answered there; the server showed this one because of it.
    if (given === null) return true;
    if (found[2] === "=") return given.some((v) => values.includes(v));
    if (found[2] === "!=") return !given.some((v) => values.includes(v));
    const bound = Number(values[0]);
    return given.map((v) => Number(v.replace(/[\s.]/g, ""))).some((n) => !Number.isNaN(n) && ({ "<": n < bound, "<=": n <= bound, ">": n > bound, ">=": n >= bound })[found[2]]);
  });
  const follow = () => { for (const part of parts) if (part.closest("form")) part.hidden = !holds(part.closest("form"), part.dataset.when); };
  if (parts.length) { document.addEventListener("input", follow); document.addEventListener("change", follow); follow(); }

  // What is typed and not yet saved stays on this device until the server has it, and no longer.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = "motcua-unsaved-" + form.dataset.draft;
    const store = { get: () => { try { return localStorage.getItem(key); } catch { return null; } }, set: (v) => { try { localStorage.setItem(key, v); } catch { /* no room: the page still has it */ } }, clear: () => { try { localStorage.removeItem(key); } catch { /* nothing kept */ } } };
    const own = () => [...form.elements].filter((el) => el.name && !["hidden", "submit", "button", "file"].includes(el.type) && el.tagName !== "BUTTON" && el.name !== "card");
    const written = () => JSON.stringify(own().map((el) => [el.name, el.value, ["radio", "checkbox"].includes(el.type) ? el.checked : null]));
    const note = form.querySelector("[data-saved]"), offline = form.querySelector("[data-offline]");
    const kept = store.get();
    if (kept) {
      try {
        for (const [name, value, checked] of JSON.parse(kept)) {
          const el = own().find((e) => e.name === name && (checked === null || e.value === value));
          if (el && checked !== null) el.checked = checked;
          else if (el) el.value = value;
        }
        document.querySelector("[data-restored]").hidden = false;
        follow();
      } catch { store.clear(); }
    }
    form.addEventListener("input", () => store.set(written()));
    const save = async () => {
      const data = new FormData(form), before = written();
      data.set("act", "save");
      data.delete("card");
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual", headers: { "X-Autosave": "1" } });
      if (answer.status === 204 && written() === before) store.clear();
      return answer;
    };
    const tell = (answer) => {
      if (offline) offline.hidden = true;
      if (note) note.textContent = answer.status === 204 ? note.dataset.saved + " " + new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }) : "";
    };
    const lost = () => { if (note) note.textContent = note.dataset.unsaved; };
    let timer = 0;
    form.addEventListener("input", (event) => {
      if (event.target.name === "card") return;
      clearTimeout(timer);
      timer = setTimeout(() => save().then(tell, lost), 700);
    });
    // The page is left only when what is on it has arrived.
    let isReady = false;
    form.addEventListener("submit", (event) => {
      if (isReady) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      clearTimeout(timer);
      const by = event.submitter;
      save().then(() => { isReady = true; form.requestSubmit(by && !by.classList.contains("hidden") ? by : undefined); setTimeout(() => { isReady = false; }, 8000); }, () => { lost(); if (offline) { offline.hidden = false; offline.scrollIntoView({ block: "nearest" }); } });
    }, true);
    addEventListener("online", () => { if (store.get()) save().then(tell, lost); });
    if (kept) save().then(tell, lost);
  }

  // Uploads go in pieces: a break costs the last piece, and the same file goes on where it stopped.
  const place = document.getElementById("uploads");
  if (!place) return;
  const PIECE = 256 * 1024;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const heads = (more) => ({ "X-CSRFToken": token(), "X-Code": place.dataset.code, ...more });
  const pause = (ms) => new Promise((go) => setTimeout(go, ms));
  const hexOf = async (file) => {
    if (!crypto.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
  };
  // A try that meets no server is made again, ever later, until it does.
  const insist = async (make, wait) => {
    for (let n = 0; ; n++) {
      try {
        const answer = await make();
        if (answer.status < 500) return answer;
      } catch { /* no connection */ }
      wait();
      await Promise.race([pause(Math.min(1000 * 2 ** n, 15000)), new Promise((go) => addEventListener("online", go, { once: true }))]);
    }
  };
  const send = async (file, component, show) => {
    const mark = [file.name, file.size, file.lastModified].join("/").slice(-80);
    const sum = await hexOf(file);
    const data = new URLSearchParams({ component, name: file.name, length: file.size, mark });
    const waits = () => show(null, place.dataset.waiting);
    const begun = await insist(() => fetch(place.dataset.address, { method: "POST", body: data, headers: heads({}) }), waits);
    if (begun.status !== 201) return begun.json().catch(() => ({ problems: [] }));
    const address = begun.headers.get("Location");
    let state = await begun.json(), offset = state.offset;
    while (!state.file) {
      show(offset / file.size, place.dataset.going);
      const answer = await insist(() => fetch(address, { method: "PATCH", body: file.slice(offset, offset + PIECE), headers: heads({ "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Checksum": sum ? "sha256 " + sum : "" }) }), waits);
      if (answer.status === 409) { offset = Number(answer.headers.get("Upload-Offset")); if (offset >= file.size) state = await (await insist(() => fetch(address, { headers: heads({}) }), waits)).json(); continue; }
      state = await answer.json().catch(() => ({ problems: [] }));
      if (!answer.ok) return state;
      offset = state.offset;
    }
    return state;
  };
  // The page is shown anew once nothing is under way any more: to do so earlier would cut the other files off.
  let going = 0;
  const FOCUS = "motcua-attached";
  try {
    document.getElementById(sessionStorage.getItem(FOCUS) || "")?.focus();
    sessionStorage.removeItem(FOCUS);
  } catch { /* storage is closed: the page begins at its top */ }
  for (const form of document.querySelectorAll("form.attach")) {
    const input = form.querySelector("input[type=file]"), lines = form.querySelector(".under-way");
    form.querySelector("button").hidden = true;
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      input.value = "";
      let isAll = true;
      going += 1;
      await Promise.all(chosen.map(async (file) => {
        const line = document.createElement("div"), bar = document.createElement("progress"), text = document.createElement("span");
        bar.max = 1; bar.value = 0;
        bar.setAttribute("aria-label", file.name);
        line.append(text, bar);
        lines.append(line);
        const state = await send(file, form.dataset.component, (part, words) => { if (part !== null) bar.value = part; text.textContent = file.name + ": " + words; });
        if (state.file) { bar.value = 1; text.textContent = file.name + ": " + place.dataset.done; }
        else { isAll = false; bar.remove(); text.textContent = file.name + ": " + place.dataset.failed + ". " + (state.problems || []).map((p) => p.reason + " " + p.remedy).join(" "); line.className = "error"; }
      }));
      going -= 1;
      if (!isAll || going) return;
      try { sessionStorage.setItem(FOCUS, input.id); } catch { /* as above */ }
      location.reload();
    });
  }
})();
