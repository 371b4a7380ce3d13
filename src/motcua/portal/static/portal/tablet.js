/* The tablet beside a counter: when the visit there is over, the faces are for that visitor. */
(() => {
  "use strict";
  const form = document.querySelector("[data-stream]");
  if (!form || !window.EventSource) return;
  const begun = () => form.querySelector("input:checked") || form.querySelector("textarea")?.value;
  let source = null, heard = Date.now();
  const connect = () => {
    source = new EventSource(form.dataset.stream);
    source.addEventListener("tick", () => { heard = Date.now(); });
    source.addEventListener("finished", (event) => {
      heard = Date.now();
      // Who is in the middle of an answer is not interrupted.
      if (String(JSON.parse(event.data).counter) === form.dataset.counter && !begun()) location.replace(form.action);
    });
  };
  connect();
  setInterval(() => {
    if (source.readyState !== 2 && Date.now() - heard < 20000) return;
    source.close();
    heard = Date.now();
    connect();
  }, 5000);
})();
