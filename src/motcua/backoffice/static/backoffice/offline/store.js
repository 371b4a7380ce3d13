/* What the station keeps in the browser: its key, what it took along, the receipts it gave, in the order of their chain. */
(() => {
  "use strict";
  const NAME = "motcua-counter";

  const open = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("entries", { keyPath: "seq" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const ended = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });

  const kept = async (name) => done((await open()).transaction("kept").objectStore("kept").get(name));

  const keep = async (values) => {
    const transaction = (await open()).transaction("kept", "readwrite", { durability: "strict" });
    for (const [name, value] of Object.entries(values)) transaction.objectStore("kept").put(value, name);
    await ended(transaction);
  };

  const entries = async () => done((await open()).transaction("entries").objectStore("entries").getAll());

  /* A receipt counts only when it lies on the disk together with its place in the chain. */
  const add = async (entry, last) => {
    const transaction = (await open()).transaction(["entries", "kept"], "readwrite", { durability: "strict" });
    transaction.objectStore("entries").add(entry);
    transaction.objectStore("kept").put(last, "last");
    await ended(transaction);
  };

  const change = async (changed) => {
    const transaction = (await open()).transaction("entries", "readwrite", { durability: "strict" });
    for (const entry of changed) transaction.objectStore("entries").put(entry);
    await ended(transaction);
  };

  const forget = async (seqs) => {
    const transaction = (await open()).transaction("entries", "readwrite");
    for (const seq of seqs) transaction.objectStore("entries").delete(seq);
    await ended(transaction);
  };

  const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const toHex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

  const newKey = async () => {
    // The private half cannot be read out of the browser, not even by this page.
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const point = await crypto.subtle.exportKey("raw", pair.publicKey);
    return { pair, point: btoa(String.fromCharCode(...new Uint8Array(point))) };
  };

  /* The next link and the token of a receipt; the same text as core/dossier/offline.py reads. */
  const signed = async ({ key, station, seq, code, at, due, payload, before }) => {
    const digest = await sha256(new TextEncoder().encode(payload));
    const both = new Uint8Array(64);
    both.set(fromHex(before), 0);
    both.set(new Uint8Array(digest), 32);
    const chain = await sha256(both);
    const text = ["MC1", base64url(fromHex(station.replaceAll("-", ""))), seq, code, at, due, base64url(chain)].join("~");
    const mark = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(text));
    return { token: `${text}~${base64url(mark)}`, chain: toHex(chain) };
  };

  window.counterStore = { kept, keep, entries, add, change, forget, newKey, signed };
})();
