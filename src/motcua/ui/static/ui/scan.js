/* The scan station: a folder that the scanner writes to is watched, and its new files are uploaded in their order. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-scan]");
  if (!form) return;
  const note = form.querySelector("[data-note]");

  // Pages that are moved by the keyboard keep the focus where the work is.
  const last = sessionStorage.getItem("scan-page");
  if (last) {
    sessionStorage.removeItem("scan-page");
    const row = document.getElementById("page-" + last);
    const button = row && row.querySelector("button:not([disabled])");
    if (button) button.focus();
  }
  document.addEventListener("submit", (event) => {
    const value = (event.submitter && event.submitter.value) || "";
    if (value.includes(".")) sessionStorage.setItem("scan-page", value.split(".")[1]);
  });

  if (!window.showDirectoryPicker) return;
  const watch = document.createElement("button");
  watch.type = "button";
  watch.className = "secondary";
  watch.textContent = form.dataset.watch;
  form.append(watch);

  const send = async (files) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("act", "upload");
    for (const file of files) data.append("files", file, file.name);
    const answer = await fetch(form.action || location.href, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("main").replaceChildren(...page.getElementById("main").childNodes);
  };

  watch.addEventListener("click", async () => {
    const folder = await window.showDirectoryPicker();
    const seen = new Set();
    // What lies in the folder already belongs to another paper.
    for await (const entry of folder.values()) seen.add(entry.name);
    const look = async () => {
      const fresh = [];
      for await (const entry of folder.values()) {
        if (entry.kind !== "file" || seen.has(entry.name) || !/\.(pdf|jpe?g|png)$/i.test(entry.name)) continue;
        const file = await entry.getFile();
        // A file that is still being written grows; it is taken at the next look.
        if (file.size && Date.now() - file.lastModified > 1500) { seen.add(entry.name); fresh.push(file); }
      }
      if (fresh.length) await send(fresh.sort((a, b) => a.lastModified - b.lastModified || a.name.localeCompare(b.name)));
      setTimeout(look, 2000);
    };
    if (note) note.textContent = form.dataset.watching;
    look();
  });
})();
