/* The counter without network: what is received here lies on this machine's disk, signed, until it is home. */
(() => {
  "use strict";
  const { kept, keep, entries, add, change, forget, newKey, signed } = window.counterStore;
  const checks = window.counterChecks;
  const words = JSON.parse(document.getElementById("words").textContent);
  const problemTexts = JSON.parse(document.getElementById("problem-texts").textContent);
  const root = document.getElementById("offline");
  const url = root.dataset;
  const BATCH = 50, EVERY_MS = 30000, FIRST_MINUTE = 6 * 60, LAST_MINUTE = 20 * 60;
  const NOBODY = "00000000-0000-0000-0000-000000000000";
  const of = (address) => address.replace(NOBODY, station.id);
  const $ = (id) => document.getElementById(id);
  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase();
  const make = (tag, text = "", attributes = {}) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  let station = null, pack = null, chosen = null, isOnline = false, isSignedOut = false;

  // The server's clock is the one that counts: how far this machine's lies from it was measured when the pack came.
  const now = () => new Date(Math.floor((Date.now() + (pack?.offset ?? 0)) / 60000) * 60000);
  const local = (at) => {
    const there = new Date(at.getTime() + 7 * 3600000).toISOString();
    return { day: there.slice(0, 10), minute: Number(there.slice(11, 13)) * 60 + Number(there.slice(14, 16)), iso: `${there.slice(0, 16)}:00+07:00`, stamp: there.slice(0, 16).replaceAll("-", "").replace(":", "") };
  };
  const shown = (iso) => (iso ? `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}` : "");

  const dueOf = (offering, at) => {
    const { day, minute } = local(at);
    const run = (pack.due[offering.due][day] ?? []).filter((r) => r[0] <= minute).at(-1);
    if (!run) return "";
    return local(new Date(new Date(run[1]).getTime() + run[2] * (minute - run[0]) * 60000)).iso;
  };

  const freeCode = (offering, day, used) => (pack.numbers[day]?.[offering.agency_id] ?? []).find((code) => !used.has(code));

  /* ---- what stands on the page ---- */

  const showState = async () => {
    const all = await entries(), waiting = all.filter((e) => e.state === "waiting").length, held = all.filter((e) => e.state === "held").length;
    $("state").textContent = isSignedOut ? words.signed_out : isOnline ? words.online : words.cut;
    $("state").className = isOnline ? "notice" : "notice warning";
    $("sign-in").hidden = !isSignedOut;
    $("waiting").textContent = say(words.waiting, { count: waiting });
    $("held").textContent = held ? say(words.held, { count: held }) : "";
    const used = new Set(all.map((e) => e.code)), { day } = local(now());
    const left = pack ? Object.values(pack.numbers[day] ?? {}).map((codes) => codes.filter((c) => !used.has(c)).length) : [];
    $("left").textContent = pack ? say(words.left, { count: left.reduce((a, b) => a + b, 0), at: shown(local(new Date(new Date(pack.made_at).getTime())).iso) }) : words.no_pack;
    const list = $("given");
    list.replaceChildren();
    for (const e of all.slice(-50).reverse()) {
      const row = make("tr");
      row.append(make("td", e.code, { class: "code" }), make("td", shown(e.at)), make("td", e.name), make("td", words[`state_${e.state}`] + (e.said ? `: ${e.said}` : "")));
      const cell = make("td");
      const again = make("button", words.print_again, { class: "plain", type: "button" });
      again.addEventListener("click", () => { showReceipt(e); window.print(); });
      cell.append(again);
      row.append(cell);
      list.append(row);
    }
    $("given-box").hidden = !all.length;
  };

  const showHits = () => {
    const wanted = fold($("procedure").value).split(/\s+/).filter(Boolean);
    const hits = (pack?.offerings ?? []).filter((o) => wanted.every((w) => o.folded.includes(w) || fold(o.agency).includes(w))).slice(0, 8);
    const list = $("hits");
    list.replaceChildren();
    for (const offering of hits) {
      const item = make("li"), button = make("button", "", { type: "button", class: "plain hit" });
      button.append(make("strong", offering.name), make("span", `${offering.code} · ${offering.agency}`, { class: "quiet" }));
      button.addEventListener("click", () => choose(offering));
      item.append(button);
      list.append(item);
    }
    if (!hits.length) list.append(make("li", words.nothing_found, { class: "quiet" }));
    return hits;
  };

  const choose = (offering) => {
    chosen = offering;
    $("chosen").textContent = `${offering.name} · ${offering.agency}`;
    $("hits").replaceChildren();
    const body = $("papers");
    body.replaceChildren();
    for (const paper of offering.papers) {
      const row = make("tr");
      row.append(make("td", paper.name + (paper.is_required ? "" : ` (${words.in_some_cases})`)));
      for (const part of ["originals", "copies"]) {
        const cell = make("td", "", { "data-label": words[part] });
        const input = make("input", "", { id: `components-${paper.key}-${part}`, inputmode: "numeric", "aria-label": `${words[part]}: ${paper.name}` });
        if (paper.is_required) input.value = paper[part] || "";
        cell.append(input);
        row.append(cell);
      }
      body.append(row);
    }
    $("papers-box").hidden = !offering.papers.length;
    $("fee-hint").textContent = `${words.tariff}: ${offering.fee_vnd.toLocaleString("vi-VN")} đ`;
    showDue();
    $("card").focus();
  };

  const showDue = () => { if (chosen) $("due").textContent = say(words.due_now, { due: shown(dueOf(chosen, now())) }); };

  const showProblems = (found) => {
    for (const marked of root.querySelectorAll(".wrong")) marked.classList.remove("wrong");
    for (const old of root.querySelectorAll(".field-error")) old.remove();
    const box = $("problems"), list = make("ul");
    box.hidden = !found.length;
    box.replaceChildren(make("h2", words.problems), list);
    for (const { code, field, values } of found) {
      const [reason, remedy] = (problemTexts[code] ?? [code, ""]).map((text) => say(text, values));
      const input = $(field.replaceAll(".", "-")), item = make("li");
      item.append(input ? make("a", reason, { href: `#${input.id}` }) : make("span", reason), ` ${remedy}`);
      list.append(item);
      const holder = input?.closest(".field");
      if (holder) { holder.classList.add("wrong"); input.before(make("p", `${reason} ${remedy}`, { class: "field-error error" })); }
    }
    if (found.length) box.focus();
  };

  const showReceipt = (e) => {
    const offering = JSON.parse(e.shown);
    const rows = { code: e.code, unit: e.unit, station: e.station, name: e.name, number: offering.number, address: offering.address, phone: offering.phone, matter: offering.matter, papers: offering.papers.join("; "), fee: offering.fee ? `${offering.fee} đ` : "", received: shown(e.at), due: shown(e.due), officer: e.officer };
    const list = $("receipt-rows");
    list.replaceChildren();
    for (const [name, value] of Object.entries(rows)) if (value) list.append(make("dt", words[`receipt_${name}`]), make("dd", value));
    const code = qrcode(0, "M");
    code.addData(`${url.check.slice(0, -1)}${e.token}`, "Byte");
    code.make();
    const size = code.getModuleCount() + 8;
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", words.receipt_qr);
    const dots = document.createElementNS("http://www.w3.org/2000/svg", "path");
    let drawn = "";
    for (let y = 0; y < size - 8; y++) for (let x = 0; x < size - 8; x++) if (code.isDark(y, x)) drawn += `M${x + 4} ${y + 4}h1v1h-1z`;
    dots.setAttribute("d", drawn);
    picture.append(dots);
    $("receipt-qr").replaceChildren(picture);
    $("receipt").hidden = false;
  };

  /* ---- receiving ---- */

  const person = (prefix, extra) => ({ kind: root.querySelector(`[name="${prefix}.kind"]:checked`)?.value ?? "PERSON", ...extra, ...Object.fromEntries(["name", "id_number", "birth", "phone", "address", "email"].map((f) => [f, $(`${prefix}-${f}`)?.value ?? ""])) });
  let scanned = {};

  const typed = () => ({
    applicant: person("applicant", scanned),
    proxy: $("has_proxy").checked ? { ...person("proxy", {}), kind: "PERSON" } : null,
    counts: Object.fromEntries((chosen?.papers ?? []).map((p) => [p.key, ["originals", "copies"].map((part) => $(`components-${p.key}-${part}`).value)])),
    fee_paid: $("fee_paid").value,
    subject: $("subject").value,
  });

  const receive = () => navigator.locks.request("motcua-counter", async () => {
    const found = [], at = local(now()), last = (await kept("last")) ?? pack.last;
    const made = typed();
    if (!chosen) found.push({ code: "station.offering", field: "procedure", values: {} });
    else found.push(...checks.entry(made, chosen.papers, at.day));
    if (!pack.numbers[at.day] || at.minute < FIRST_MINUTE || at.minute >= LAST_MINUTE) found.push({ code: "station.day", field: "procedure", values: {} });
    else if (at.iso < (last.at ?? "") || at.iso < local(new Date(pack.made_at)).iso.slice(0, 16)) found.push({ code: "station.clock", field: "procedure", values: {} });
    const all = await entries(), code = chosen ? freeCode(chosen, at.day, new Set(all.map((e) => e.code))) : "";
    if (chosen && pack.numbers[at.day] && !code) found.push({ code: "station.no_numbers", field: "procedure", values: { agency: chosen.agency } });
    showProblems(found);
    if (found.length) return null;
    const seq = last.seq + 1, due = dueOf(chosen, now());
    const payload = JSON.stringify({ v: 1, station: station.id, seq, key: crypto.randomUUID(), offering: chosen.id, code, at: at.iso, due, officer: pack.officer.token, ...made });
    const stamp = due ? due.slice(0, 16).replaceAll("-", "").replace(":", "") : "-";
    const { token, chain } = await signed({ key: station.pair.privateKey, station: station.id, seq, code, at: at.stamp, due: stamp, payload, before: last.chain });
    const given = chosen.papers.filter((p) => made.counts[p.key].some((n) => Number(n) > 0)).map((p) => p.name);
    const entry = {
      seq, code, at: at.iso, due, payload, token, state: "waiting", name: made.applicant.name, unit: pack.unit, station: station.name, officer: pack.officer.name,
      shown: JSON.stringify({ number: made.applicant.id_number, address: made.applicant.address, phone: made.applicant.phone, matter: `${chosen.name}${made.subject ? `: ${made.subject}` : ""}`, papers: given, fee: made.fee_paid }),
    };
    await add(entry, { seq, chain, at: at.iso });
    return entry;
  });

  const empty = () => {
    $("form").reset();
    scanned = {};
    chosen = null;
    for (const id of ["chosen", "due", "fee-hint"]) $(id).textContent = "";
    $("papers-box").hidden = true;
    $("procedure").value = "";
    $("proxy-box").open = false;
  };

  /* ---- home again ---- */

  const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const post = (address, body, type) => fetch(address, { method: "POST", body, headers: { "X-CSRFToken": cookie("csrftoken"), ...(type ? { "Content-Type": type } : {}) } });

  const asked = async (address, options) => {
    const answer = options ? await options() : await fetch(address, { cache: "no-store" });
    isSignedOut = answer.redirected || answer.status === 403;
    if (isSignedOut || answer.status >= 500) throw new Error("no answer");
    return answer;
  };

  const refresh = async () => {
    const sent = Date.now();
    const answer = await asked(of(url.pack));
    if (!answer.ok) throw new Error("no pack");
    const fresh = await answer.json();
    // Half of the way there and back is the best guess of when the server looked at its clock.
    fresh.offset = new Date(fresh.made_at).getTime() - (sent + Date.now()) / 2;
    pack = fresh;
    await keep({ pack });
    const last = await kept("last");
    // What the server knows counts more only when it knows more: this machine's memory was lost.
    if (!last || fresh.last.seq > last.seq) await keep({ last: fresh.last });
  };

  const bringHome = async () => {
    for (;;) {
      const waiting = (await entries()).filter((e) => e.state === "waiting").slice(0, BATCH);
      if (!waiting.length) return;
      const body = JSON.stringify({ entries: waiting.map(({ payload, token }) => ({ payload, token })) });
      const answer = await asked("", () => post(of(url.merge), body, "application/json"));
      const { brought } = await answer.json();
      if (!brought.length) return;
      for (const told of brought) {
        const entry = waiting.find((e) => e.seq === told.seq) ?? waiting[brought.indexOf(told)];
        entry.state = told.state;
        entry.said = told.problems.join(" ");
        // Home safely: what was entered need not lie here as well.
        if (told.state !== "refused") entry.payload = "";
      }
      await change(waiting);
      if (brought.some((b) => b.state === "refused")) return;
    }
  };

  const clean = async () => {
    const { day } = local(now());
    const old = (await entries()).filter((e) => e.state !== "waiting" && e.state !== "refused" && e.at.slice(0, 10) < day);
    if (old.length) await forget(old.map((e) => e.seq));
  };

  let isBusy = false;
  const connect = async () => {
    if (isBusy || !station) return;
    isBusy = true;
    try {
      await navigator.locks.request("motcua-counter", async () => { await refresh(); await bringHome(); await refresh(); await clean(); });
      isOnline = true;
    } catch { isOnline = false; }
    isBusy = false;
    await showState();
    showDue();
  };

  /* ---- beginning ---- */

  const register = async () => {
    const { pair, point } = await newKey(), data = new FormData();
    data.set("name", $("station-name").value);
    data.set("public_key", point);
    const answer = await asked("", () => post(url.register, data));
    const told = await answer.json();
    if (!answer.ok) { $("station-problems").textContent = told.problems.join(" "); return; }
    station = { id: told.id, name: told.name, pair };
    await keep({ station });
    await begin();
  };

  const begin = async () => {
    $("registration").hidden = Boolean(station);
    $("counter").hidden = !station;
    if (!station) { $("station-name").focus(); return; }
    $("station").textContent = station.name;
    await showState();
    await connect();
    if (document.activeElement === document.body) $("procedure").focus();
  };

  $("registration").addEventListener("submit", (event) => { event.preventDefault(); register().catch(() => { $("station-problems").textContent = words.needs_line; }); });
  $("procedure").addEventListener("input", showHits);
  $("procedure").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = showHits();
    if (first) choose(first);
  });
  const useCard = () => {
    const read = checks.card($("card").value);
    if (read.problem) { showProblems([read.problem]); return; }
    scanned = { old_id_number: read.old_id_number, sex: read.sex, issued: read.issued };
    for (const field of ["name", "id_number", "birth", "address"]) $(`applicant-${field}`).value = read[field];
    $("card").value = "";
    showProblems([]);
    $("applicant-phone").focus();
  };
  // A whole card is taken by the listener that all pages have; anything else typed there is told here.
  $("card").addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.defaultPrevented) { event.preventDefault(); useCard(); } });
  $("use-card").addEventListener("click", useCard);
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    receive().then(async (entry) => {
      if (!entry) return;
      showReceipt(entry);
      empty();
      await showState();
      $("print").focus();
      $("receipt").scrollIntoView();
      connect();
    }).catch(() => { $("state").textContent = words.not_kept; $("state").className = "notice error"; });
  });
  $("print").addEventListener("click", () => window.print());
  $("next").addEventListener("click", () => { $("receipt").hidden = true; $("procedure").focus(); });
  $("bring").addEventListener("click", connect);
  addEventListener("online", connect);
  addEventListener("offline", () => { isOnline = false; showState(); });
  setInterval(connect, EVERY_MS);

  (async () => {
    if (!window.isSecureContext || !("serviceWorker" in navigator)) { $("state").textContent = words.not_secure; return; }
    // Asked for, so that the browser does not clear it away when its disk gets full.
    navigator.storage?.persist?.();
    [station, pack] = [await kept("station"), await kept("pack")];
    await begin();
    try { await navigator.serviceWorker.register(url.worker, { scope: url.page }); } catch { $("state").textContent = words.not_kept_page; }
  })();
})();
