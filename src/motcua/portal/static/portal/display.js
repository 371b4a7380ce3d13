/* The display: the new call stands there at once, and is spoken where the machine has a voice. */
(() => {
  "use strict";
  const said = document.querySelector("[data-said]"), button = document.querySelector("[data-voice]");
  const clock = document.querySelector("[data-clock]");
  const voices = () => (window.speechSynthesis ? speechSynthesis.getVoices() : []);
  const voice = (language) => voices().find((v) => v.lang.toLowerCase().startsWith(language));

  const speak = (words) => {
    for (const language of ["vi", "en"]) {
      const found = voice(language);
      // Without a Vietnamese voice an English one would only make noise of the sentence: it stays as text.
      if (!found) continue;
      const sentence = new SpeechSynthesisUtterance(words[language]);
      sentence.voice = found;
      sentence.lang = found.lang;
      sentence.rate = 0.9;
      speechSynthesis.speak(sentence);
    }
  };

  const show = (call) => {
    const table = document.querySelector(".calls tbody");
    if (!table) return;
    for (const row of [...table.rows]) if (row.cells.length < 2 || row.cells[0].textContent === call.label) row.remove();
    for (const row of table.rows) row.classList.remove("newest");
    const row = table.insertRow(0);
    row.className = "newest fresh";
    row.insertCell().textContent = call.label;
    row.insertCell().textContent = call.counter;
    while (table.rows.length > 6) table.deleteRow(6);
    let words = document.querySelector(".words");
    if (!words) { words = document.createElement("p"); words.className = "words"; table.closest("section").append(words); }
    words.replaceChildren(...["vi", "en"].map((language) => {
      const span = document.createElement("span");
      span.lang = language;
      span.textContent = call.words[language] + " ";
      return span;
    }));
  };

  document.addEventListener("live:called", (event) => {
    const call = event.detail;
    if (!call.words) return;
    show(call);
    said.textContent = call.words.vi;
    document.body.dataset.shown = call.seq;
    speak(call.words);
  });

  if (button && window.speechSynthesis) {
    const offer = () => { button.hidden = !voices().length; };
    offer();
    speechSynthesis.addEventListener?.("voiceschanged", offer);
    // Browsers speak only after somebody has touched the page once.
    button.addEventListener("click", () => { speechSynthesis.speak(new SpeechSynthesisUtterance(" ")); button.remove(); });
  }
  // The server's time, which in a demo is not the machine's.
  const ahead = clock ? new Date(clock.dataset.clock).getTime() - Date.now() : 0;
  const tell = () => {
    const time = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" };
    clock.textContent = new Date(Date.now() + ahead).toLocaleTimeString("vi-VN", time);
  };
  if (clock) { tell(); setInterval(tell, 5000); }
})();
