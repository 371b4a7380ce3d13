/* The kiosk: back to the start when nobody is there, a keyboard on the screen, the ticket printed once. */
(() => {
  "use strict";
  const home = document.body.dataset.home, idle = Number(document.body.dataset.idle || 60) * 1000;
  let touched = Date.now();
  const touch = () => { touched = Date.now(); };
  for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, touch, true);
  // The manager's page tells a kiosk that is not heard of for a minute.
  setInterval(() => { fetch(home, { cache: "no-store" }).catch(() => {}); }, 25000);
  const isClean = () => location.pathname === home && ![...document.querySelectorAll("input")].some((i) => (i.name === "q" || i.name === "scan" || i.name === "sealed") && i.value);
  setInterval(async () => {
    if (Date.now() - touched < idle) return;
    touch();
    // An unattended kiosk that cannot reach its server keeps its page and tries again.
    try { if ((await fetch(home, { cache: "no-store" })).ok) location.replace(home); }
    catch { if (!isClean()) location.replace(home); }
  }, 1000);

  const scan = document.querySelector("[data-scan]");
  // A scanner types like a keyboard and ends with Enter: wherever the focus is, what it types goes into its field.
  document.addEventListener("keydown", (event) => {
    if (!scan || event.ctrlKey || event.metaKey || event.altKey || document.activeElement?.tagName === "INPUT") return;
    if (event.key.length === 1 && event.key !== " ") scan.focus();
  });

  const ROWS = { letters: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"], digits: ["123", "456", "789", "0"] };
  const label = document.documentElement.lang === "en" ? { space: "Space", erase: "Erase", board: "Keyboard" } : { space: "Dấu cách", erase: "Xóa", board: "Bàn phím" };
  for (const input of document.querySelectorAll("[data-keyboard]")) {
    const board = document.createElement("div");
    board.className = "keyboard";
    board.setAttribute("role", "group");
    board.setAttribute("aria-label", label.board);
    board.hidden = true;
    const key = (text, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "secondary";
      b.textContent = text;
      b.addEventListener("click", () => { act(); input.focus(); });
      return b;
    };
    for (const row of ROWS[input.dataset.keyboard]) {
      const line = document.createElement("div");
      line.append(...[...row].map((c) => key(c, () => { input.value += c; })));
      board.append(line);
    }
    const line = document.createElement("div");
    if (input.dataset.keyboard === "letters") line.append(key(label.space, () => { input.value += " "; }));
    line.append(key(label.erase, () => { input.value = input.value.slice(0, -1); }));
    board.append(line);
    input.form.append(board);
    input.addEventListener("click", () => {
      for (const other of document.querySelectorAll(".keyboard")) other.hidden = other !== board;
      board.scrollIntoView({ block: "nearest" });
    });
  }

  for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => print());
  if ("printOnce" in document.body.dataset) {
    const mark = "printed " + location.pathname;
    if (!sessionStorage.getItem(mark)) { sessionStorage.setItem(mark, "1"); setTimeout(() => print(), 300); }
  }
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => { delete event.target.dataset.sent; }, 4000);
  });
})();
