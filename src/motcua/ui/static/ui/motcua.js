/* Small helps; every page works without them. */
(() => {
  "use strict";
  const isTyping = (el) => el && (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable);

  const press = (el) => {
    if (el.tagName === "A" || el.tagName === "BUTTON" || el.tagName === "SUMMARY") el.click();
    else el.focus();
  };

  const byKey = (key) => [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key && el.offsetParent !== null);

  document.addEventListener("keydown", (event) => {
    const name = (event.altKey ? "alt+" : "") + event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) return;
    // Function keys and Alt work while typing; single letters do not.
    if (isTyping(event.target) && !event.altKey && !/^f\d+$/.test(name)) return;
    if (name === "?") { showKeys(); event.preventDefault(); return; }
    const target = byKey(name);
    if (target) { event.preventDefault(); press(target); }
  });

  const showKeys = () => {
    let box = document.getElementById("keys");
    if (!box) {
      box = document.createElement("dialog");
      box.id = "keys";
      box.className = "keys";
      const title = document.createElement("h2");
      title.id = "keys-title";
      title.textContent = document.body.dataset.keysTitle;
      box.setAttribute("aria-labelledby", title.id);
      const list = document.createElement("dl");
      for (const el of document.querySelectorAll("[data-key]")) {
        const key = document.createElement("dt");
        const mark = document.createElement("kbd");
        mark.textContent = el.dataset.key.toUpperCase();
        key.append(mark);
        const text = document.createElement("dd");
        const words = el.cloneNode(true);
        for (const hint of words.querySelectorAll("kbd")) hint.remove();
        text.textContent = (el.dataset.keyLabel || el.getAttribute("aria-label") || words.textContent).replace(/\s+/g, " ").trim().slice(0, 80);
        list.append(key, text);
      }
      const close = document.createElement("button");
      close.textContent = document.body.dataset.close;
      close.className = "secondary";
      close.addEventListener("click", () => box.close());
      box.append(title, list, close);
      document.body.append(box);
    }
    box.showModal();
  };

  // The menu's drawers close when one looks elsewhere; without script they close by their own button.
  const closeDrawers = (except) => {
    for (const drawer of document.querySelectorAll(".menu details[open]")) if (!drawer.contains(except)) drawer.open = false;
  };
  document.addEventListener("click", (event) => closeDrawers(event.target));
  document.addEventListener("focusin", (event) => closeDrawers(event.target));
  document.addEventListener("keydown", (event) => {
    const drawer = event.key === "Escape" && event.target.closest(".menu details[open]");
    if (!drawer) return;
    drawer.open = false;
    drawer.querySelector("summary").focus();
  });

  // A form is sent once: the second click of a double click finds its button at rest.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.sent) {
      if (form.dataset.sent) event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => { for (const b of form.querySelectorAll("button")) b.disabled = true; }, 0);
    setTimeout(() => { delete form.dataset.sent; for (const b of form.querySelectorAll("button")) b.disabled = false; }, 8000);
  });
  addEventListener("pageshow", () => { for (const f of document.forms) { delete f.dataset.sent; for (const b of f.querySelectorAll("button")) b.disabled = false; } });

  // Who leaves a page on which something is not saved yet is asked first.
  document.addEventListener("input", (event) => { const form = event.target.form; if (form && "unsaved" in form.dataset) form.dataset.unsaved = "yes"; });
  document.addEventListener("submit", (event) => { if ("unsaved" in event.target.dataset) event.target.dataset.unsaved = ""; });
  addEventListener("beforeunload", (event) => { if (document.querySelector("form[data-unsaved=yes]")) event.preventDefault(); });

  // On a phone a row becomes a block: each cell then says what it is.
  for (const table of document.querySelectorAll("table.stack")) {
    const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim());
    for (const row of [...(table.tBodies[0]?.rows ?? []), ...(table.tFoot?.rows ?? [])])
      [...row.cells].forEach((cell, i) => { if (i && heads[i] && cell.colSpan === 1 && !cell.dataset.label) cell.dataset.label = heads[i]; });
  }

  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  // What is typed is saved as it is typed, so that a lost session loses nothing.
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const data = new FormData(form);
        for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
        data.set("act", "save");
        const note = form.querySelector("[data-saved]");
        try {
          const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual", headers: { "X-Autosave": "1" } });
          if (note) note.textContent = !answer.ok ? note.dataset.unsaved : note.dataset.saved + " " + new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
        } catch { if (note) note.textContent = note.dataset.unsaved; }
      }, 800);
    });
  }

  // A scanner types the card and ends with Enter: send the card at once.
  const card = document.getElementById("card");
  if (card) card.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && card.value.includes("|")) { event.preventDefault(); document.getElementById("use-card").click(); }
  });

  // The list of procedures follows what is typed.
  const q = document.querySelector("input[data-live]");
  if (q) {
    let timer = 0, latest = 0;
    q.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        // Answers may overtake each other; only the last question's is shown.
        const mine = ++latest;
        try {
          const answer = await fetch(`${q.form.action}?q=${encodeURIComponent(q.value)}`, { headers: { "HX-Request": "true" } });
          const list = await answer.text();
          if (answer.ok && !answer.redirected && mine === latest) document.getElementById("hits").innerHTML = list;
        } catch { /* No connection: the list stays, and Enter asks the server in full. */ }
      }, 200);
    });
  }
  for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => window.print());

  // A tablet goes back to its first page by itself; without script the next person presses the button.
  const following = document.querySelector("[data-follow-after]");
  if (following) window.setTimeout(() => following.click(), Number(following.dataset.followAfter) * 1000);
})();
