/* What can be found wrong with an entry without asking the server: the same rules as core/forms has. */
(() => {
  "use strict";
  const NAME_MAX = 200, COUNT_MAX = 999, FEE_MAX = 1e10, SUBJECT_MAX = 300;
  const has = (pattern, text) => pattern.test(text);
  const compact = (text, pattern) => text.replace(pattern, "");

  const day = (text) => {
    const found = /^(\d{1,2})[./-]?(\d{2})[./-]?(\d{4})$/.exec(text.trim());
    if (!found) return null;
    const [d, m, y] = [Number(found[1]), Number(found[2]), Number(found[3])];
    const made = new Date(Date.UTC(y, m - 1, d));
    return made.getUTCFullYear() === y && made.getUTCMonth() === m - 1 && made.getUTCDate() === d ? made : null;
  };

  const problem = (code, field, values = {}) => ({ code, field, values });

  const party = (entry, prefix, today) => {
    const found = [];
    const wrong = (code, field, values) => found.push(problem(code, `${prefix}.${field}`, values));
    const name = entry.name.normalize("NFC").trim(), number = compact(entry.id_number, /[\s.]/g);
    const isOrganisation = entry.kind === "ORGANISATION";
    if (!name) wrong("party.name_missing", "name");
    else if (name.length > NAME_MAX) wrong("party.name_long", "name", { length: String(name.length), limit: String(NAME_MAX) });
    else if (!has(/\p{L}/u, name) || has(/\p{C}/u, name)) wrong("party.name_letters", "name", { text: name });
    if (number && !has(isOrganisation ? /^\d{10}(-?\d{3})?$/ : /^(\d{12}|\d{9})$/, number))
      wrong(isOrganisation ? "party.organisation_number_form" : "party.number_form", "id_number", { text: number });
    if (!number && isOrganisation) wrong("party.number_missing", "id_number");
    if (entry.birth.trim()) {
      const born = day(entry.birth);
      if (!born) wrong("party.day_impossible", "birth", { text: entry.birth.trim() });
      else if (born.toISOString().slice(0, 10) > today) wrong("party.day_future", "birth", { text: entry.birth.trim() });
    }
    const phone = compact(entry.phone, /[\s.()-]/g).replace("+84", "0");
    if (phone && !has(/^0\d{9,10}$/, phone)) wrong("party.phone_form", "phone", { text: entry.phone.trim() });
    const email = entry.email.trim();
    if (email && !has(/^[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}$/, email)) wrong("party.email_form", "email", { text: email });
    return found;
  };

  const count = (text) => {
    const trimmed = text.trim();
    if (!trimmed) return [0, ""];
    if (!/^[+-]?\d+$/.test(trimmed)) return [0, "component.count_not_number"];
    const number = Number(trimmed);
    if (number < 0) return [0, "component.count_negative"];
    return number > COUNT_MAX ? [0, "component.count_large"] : [number, ""];
  };

  const papers = (rules, counts) => {
    const wrong = [], missing = [];
    for (const rule of rules) {
      const [originals, first] = count(counts[rule.key]?.[0] ?? ""), [copies, second] = count(counts[rule.key]?.[1] ?? "");
      for (const [code, part, text] of [[first, "originals", 0], [second, "copies", 1]])
        if (code) wrong.push(problem(code, `components.${rule.key}.${part}`, { name: rule.name, text: (counts[rule.key]?.[text] ?? "").trim(), limit: String(COUNT_MAX) }));
      if (!rule.is_required) continue;
      const shortOriginals = Math.max(rule.originals - originals, 0), spare = Math.max(originals - rule.originals, 0);
      const shortCopies = Math.max(rule.copies - copies - spare, 0);
      const needsAny = rule.originals + rule.copies === 0 && originals + copies === 0;
      if (shortOriginals || shortCopies || needsAny)
        missing.push(problem("component.missing", `components.${rule.key}.originals`, { name: rule.name, originals: String(shortOriginals || (needsAny ? 1 : 0)), copies: String(shortCopies) }));
    }
    return wrong.length ? wrong : missing;
  };

  const entry = (typed, rules, today) => {
    const found = [...party(typed.applicant, "applicant", today)];
    if (typed.proxy) found.push(...party(typed.proxy, "proxy", today));
    found.push(...papers(rules, typed.counts));
    const fee = typed.fee_paid.replaceAll(".", "").replaceAll(" ", "").replaceAll("đ", "").trim();
    if (fee && (!/^\d+$/.test(fee) || Number(fee) > FEE_MAX)) found.push(problem("intake.fee_form", "fee_paid", { text: typed.fee_paid.trim() }));
    if (typed.subject.length > SUBJECT_MAX) found.push(problem("intake.subject_long", "subject", { limit: String(SUBJECT_MAX) }));
    return found;
  };

  /* The seven parts of a card's QR, or the problem with it. */
  const card = (scanned) => {
    const parts = scanned.trim().split("|").map((part) => part.normalize("NFC").trim());
    if (parts.length === 1) return { problem: problem("card.separators", "card") };
    if (parts.length !== 7 || !/^\d{12}$/.test(parts[0])) return { problem: problem("card.cut", "card", { parts: String(parts.length) }) };
    const date = (text) => text.replace(/^(\d{2})(\d{2})(\d{4})$/, "$1/$2/$3");
    const [id_number, old_id_number, name, birth, sex, address, issued] = parts;
    return { id_number, old_id_number, name, birth: date(birth), sex, address, issued: date(issued) };
  };

  window.counterChecks = { entry, card };
})();
