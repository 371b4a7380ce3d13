/* Parts of a page that follow what happens: events when they come, questions when they do not. Works without. */
(() => {
  "use strict";
  const SILENT_MS = 12000;
  const span = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

  for (const box of document.querySelectorAll("[data-refresh]")) {
    const content = box.querySelector("[data-content]"), note = box.querySelector("[data-live-state]");
    const every = Number(box.dataset.every || 10) * 1000;
    let after = box.dataset.after || "", etag = "", heard = 0, reached = Date.now(), asked = Date.now();
    let source = null, isAsking = false, isDue = false, later = 0;

    const ask = async () => {
      if (isAsking) { isDue = true; return; }
      isAsking = true;
      asked = Date.now();
      try {
        const answer = await fetch(box.dataset.refresh, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
        if (answer.ok) {
          etag = answer.headers.get("ETag") || "";
          const focused = content.contains(document.activeElement) ? document.activeElement.id : "";
          content.innerHTML = await answer.text();
          if (focused) document.getElementById(focused)?.focus();
          content.dispatchEvent(new CustomEvent("live:content", { bubbles: true }));
        }
        if (answer.ok || answer.status === 304) reached = Date.now();
        if (answer.status === 404 || answer.status === 403) location.reload();
      } catch { /* The next question may be answered. */ }
      isAsking = false;
      if (isDue) { isDue = false; ask(); }
    };

    const hear = (event) => {
      heard = Date.now();
      if (event.lastEventId) after = event.lastEventId;
      if (event.type === "tick") return;
      reached = Date.now();
      const detail = JSON.parse(event.data);
      box.dispatchEvent(new CustomEvent(`live:${event.type}`, { bubbles: true, detail }));
      // A hundred phones do not ask in the same moment for what concerns one of them.
      const mine = !box.dataset.label || detail.label === box.dataset.label;
      if (mine) ask();
      else if (!later) later = setTimeout(() => { later = 0; ask(); }, Math.random() * 4000);
    };

    const connect = () => {
      if (!box.dataset.live || !window.EventSource) return;
      source = new EventSource(`${box.dataset.live}?after=${after}`);
      for (const name of ["tick", "called", "finished", "changed"]) source.addEventListener(name, hear);
      // What happened while nobody listened is looked at once the line is back.
      source.addEventListener("open", () => { if (heard) ask(); });
    };

    const look = () => {
      const now = Date.now(), isLive = now - heard < SILENT_MS;
      if (source && source.readyState === 2) { source.close(); connect(); }
      else if (source && !isLive && heard && now - heard > SILENT_MS * 2) { source.close(); heard = now - SILENT_MS; connect(); }
      // Estimates age even when nothing happens.
      if (now - asked >= (isLive ? Math.max(every, 15000) : every)) ask();
      const isCut = now - reached > Math.max(20000, every * 3);
      box.classList.toggle("is-cut", isCut && !isLive);
      if (note) {
        const text = isLive ? note.dataset.liveYes : isCut ? `${note.dataset.liveNo} ${span(now - reached)}` : note.dataset.liveAsk;
        if (note.textContent !== text) note.textContent = text;
      }
    };
    connect();
    setInterval(look, 1000);
  }
})();
