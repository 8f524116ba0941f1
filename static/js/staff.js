// Small helps for the desk. Every page works without them.
//   the day list asks for news every 20 seconds and never under a hand that is using it
//   a screen that nobody uses is covered, and given back as it was for the password
//   the notice bar of what cannot wait asks for news twice a minute
//   copy and print buttons appear only where they work, and so do the keys to the next patient

import { ask as askPasskey, hindrance, use as usePasskey } from "./passkeys.js";

// Our headers let text become elements here and nowhere else.
const policy = globalThis.trustedTypes?.createPolicy("clinic-page", { createHTML: (html) => html });
const dayView = document.getElementById("day-view");
const clock = () => new Date().toTimeString().slice(0, 5);

// ---- copy, print
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      const folded = box.closest("details");
      if (folded) folded.open = true;
      box.select();
      document.execCommand("copy");
    }
    button.textContent = button.dataset.copied;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// Everything that is folded away belongs on paper too.
const folded = document.querySelectorAll("main .reader__sheet details, main details.answers__part");
addEventListener("beforeprint", () => folded.forEach((each) => { each.dataset.was = each.open; each.open = true; }));
addEventListener("afterprint", () => folded.forEach((each) => { each.open = each.dataset.was === "true"; }));

// ---- the next and the previous patient: one key each, never while a box is used, and off for whoever says so
const steps = [...document.querySelectorAll("a[data-step]")];
const keysOn = document.querySelector("[data-keys]");
const stepping = () => localStorage.getItem("steps") !== "off";
const showKeys = () => {
  keysOn.hidden = false;
  keysOn.setAttribute("aria-pressed", stepping());
  for (const step of steps) Object.assign(step.querySelector("kbd"), { hidden: !stepping(), ariaHidden: "true" });
};
if (keysOn) {
  showKeys();
  keysOn.addEventListener("click", () => {
    localStorage.setItem("steps", stepping() ? "off" : "on");
    showKeys();
  });
  addEventListener("keydown", (event) => {
    if (locked || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (stepping()) steps.find((step) => step.getAttribute("aria-keyshortcuts") === event.key)?.click();
  });
}

// ---- the day list, kept up to date
if (dayView) {
  const fresh = document.getElementById("fresh");
  let tag = "", since = clock();
  const news = document.getElementById("news"), alarm = document.getElementById("alarm");
  const count = (id, where) => Number(where.querySelector(`[data-filter="${id}"] b`)?.textContent ?? 0);
  const waiting = (where) => where.querySelectorAll(".attention > ul > li:not(.is-quiet)").length;
  const stale = () => {
    fresh.textContent = `${fresh.dataset.stale} ${since}`;
    fresh.className = "is-stale";
  };
  // Rows must not move under a hand: wait while the list is being used, but say at once who needs attention.
  let used = 0;
  for (const sign of ["pointermove", "pointerdown", "keydown", "focusin"])
    dayView.addEventListener(sign, () => { used = Date.now(); });
  const inUse = () => Date.now() - used < (dayView.contains(document.activeElement) ? 45_000 : 3_000);
  const show = (page, next) => {
    const newer = new DOMParser().parseFromString(policy?.createHTML(page) ?? page, "text/html").getElementById("day-view");
    if (locked) return;
    if (!newer) return location.reload();
    const old = { sent: count("sent", dayView), waiting: waiting(dayView) };
    if (waiting(newer) > old.waiting) alarm.textContent = `${alarm.dataset.attention} ${waiting(newer)}`;
    if (inUse()) return;
    if (count("sent", newer) > old.sent) news.textContent = `${news.dataset.sent} ${count("sent", newer) - old.sent}`;
    const held = dayView.contains(document.activeElement) && document.activeElement;
    const row = held && held.closest("tr[id]")?.id, href = held && held.getAttribute("href");
    dayView.replaceChildren(...newer.childNodes);
    // The same link or button; a button that is gone leaves its row, and there the first that can be pressed.
    const again = held && (document.getElementById(held.id) ?? (href && dayView.querySelector(`a[href="${href}"]`))
      ?? (row && document.getElementById(row)?.querySelector("a, button")));
    if (again) again.focus();
    tag = next;
  };
  const ask = async () => {
    if (document.hidden || locked) return;
    try {
      const headers = { "X-Background": "1", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "manual" });
      if (answer.status === 401 || answer.type === "opaqueredirect") return lock();
      if (answer.status !== 200 && answer.status !== 304) return stale();
      if (answer.status === 200) show(await answer.text(), answer.headers.get("ETag") ?? "");
      since = clock();
      fresh.textContent = `${fresh.dataset.said} ${since}`;
      fresh.className = "";
    } catch {
      stale();
    }
  };
  setInterval(ask, Number(dayView.dataset.refresh) * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
}

// ---- what cannot wait, on every page
const noticeBar = document.getElementById("notice-bar");
// No browser translates a name.
const named = (name) => Object.assign(document.createElement("bdi"), { translate: false, textContent: name });
const line = ({ parts: [before, name, after], address }) => {
  const paragraph = document.createElement("p"), said = document.createElement(address ? "a" : "span");
  said.append(before, ...(name ? [named(name)] : []), after);
  if (address) said.href = address;
  paragraph.append(said);
  return paragraph;
};
const askForNotices = async () => {
  if (document.hidden || locked || noticeBar.contains(document.activeElement)) return;
  try {
    const answer = await fetch(noticeBar.dataset.news, { headers: { "X-Background": "1" }, cache: "no-store", redirect: "manual" });
    if (answer.status !== 200) return;
    const notices = await answer.json();
    const said = (nodes) => [...nodes].map((each) => each.textContent).join();
    const lines = notices.map(line);
    if (said(lines) !== said(noticeBar.children)) noticeBar.replaceChildren(...lines);
    noticeBar.hidden = !lines.length;
  } catch { /* the day list says that it is out of date; other pages are as they were opened */ }
};
if (noticeBar?.dataset.news) setInterval(askForNotices, 30_000);

// ---- the screen that nobody uses
const idle = document.querySelector("dialog[data-idle]"), { dataset: given } = document.getElementById("cover");
const limit = Number(idle.dataset.idle) * 1000, away = document.createDocumentFragment();
let locked = false, ended = false, used = Date.now(), told = used, kept;
// The windows of a browser share one session: use of one is use of all.
const lastUsed = () => {
  const elsewhere = Number(localStorage.getItem("used"));
  // A clock that was put back must not keep the screen open.
  return elsewhere > Date.now() ? used : Math.max(used, elsewhere);
};
const close = () => { if (idle.open) idle.close(); };
// Forms are signed anew with each sign-in: those of this page, and of what the cover has put away, take that up.
const takeToken = (answer) => {
  const token = answer.headers.get("X-Form-Token");
  if (!token) return answer;
  for (const place of [document, away, cover]) for (const box of place.querySelectorAll("[name=csrf_token]")) box.value = token;
  return answer;
};
const asks = async (headers) => takeToken(await fetch(idle.dataset.here,
  { headers: { "X-Signed-In": idle.dataset.me, ...headers }, cache: "no-store", redirect: "manual" }));
const tell = async () => {
  told = Date.now();
  try {
    const { status, type } = await asks();
    if (status === 401 || type === "opaqueredirect") lock();
  } catch { /* the next use tells it again */ }
};
const use = () => {
  const now = Date.now();
  if (locked || now - used < 500) return;
  // The hand that wakes a sleeping machine comes before the clock below: it must not find the page open.
  if (now - lastUsed() >= limit) return lock();
  used = now;
  localStorage.setItem("used", used);
  // Not before the key or press that says so is over: it is meant for the question, not for what is behind it.
  if (idle.open) setTimeout(close);
};
const pointer = {};
addEventListener("pointermove", ({ screenX, screenY }) => {
  // A page that changes under a pointer at rest is not used.
  if (pointer.screenX !== undefined && (pointer.screenX !== screenX || pointer.screenY !== screenY)) use();
  Object.assign(pointer, { screenX, screenY });
}, { passive: true });
for (const sign of ["pointerdown", "touchmove", "wheel", "keydown", "input"]) addEventListener(sign, use, { passive: true });
const look = () => {
  if (locked) return;
  const left = limit - (Date.now() - lastUsed());
  if (left <= 0) return lock();
  if (left > 60_000) close();
  if (left <= 60_000 && !idle.open) idle.showModal();
  if (used - told > 20_000) tell();
};
localStorage.setItem("used", used);
setInterval(look, 1000);
idle.querySelector("button").addEventListener("click", () => { close(); tell(); });

const made = (tag, properties, ...within) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...within);
  return element;
};
const hidden = (name, value) => made("input", { type: "hidden", name, value });
const box = made("input", { type: "password", name: "password", id: "locked-password", autocomplete: "current-password" });
const code = made("input", { type: "text", name: "second_code", id: "locked-code", autocomplete: "one-time-code" });
const field = (input, label) => made("div", { className: "field" }, made("label", { className: "field__label", htmlFor: input.id, textContent: label }), input);
const first = field(box, given.label), second = field(code, given.code);
const byPasskey = made("button", { type: "button", className: "button-link", textContent: given.touch, hidden: Boolean(hindrance()) });
const wrong = made("p", { className: "field__error", role: "alert" });
const opening = made("form", { method: "post", action: given.unlock },
  hidden("csrf_token", given.token), hidden("user", idle.dataset.me),
  first, made("button", { className: "button", textContent: given.open }), byPasskey);
// Whoever has no password here signs in at the provider, in a window beside this one; back here, the page is asked for again.
const again = given.again && made("p", {}, made("a", { className: "button", href: given.again, target: "_blank", textContent: given.againLabel }));
const other = made("form", { method: "post", action: given.out }, hidden("csrf_token", given.token),
  made("button", { className: "button-link", textContent: given.other }));
const cover = made("dialog", {}, made("h2", { id: "locked", textContent: given.heading }),
  made("p", { id: "locked-why" }, ...given.why.split(given.name).flatMap((words, at) => (at ? [named(given.name), words] : [words]))), wrong, ...(again ? [again] : []), opening, other);
if ("noPassword" in given) opening.hidden = true;
cover.setAttribute("aria-labelledby", "locked");
cover.setAttribute("aria-describedby", "locked-why");
const sent = (form, more = {}) => {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return { method: "POST", body, redirect: "manual" };
};

// Somebody may have signed in in another window since: then it is sent once more, with what signs forms now.
const posted = async (address, more) => {
  const answer = takeToken(await fetch(address, sent(opening, more)));
  if (answer.status !== 400) return answer;
  await asks({ "X-Background": "1" });
  return takeToken(await fetch(address, sent(opening, more)));
};

// All but the cover is taken out of the page, with whatever stands in its boxes. Drafts are kept, then the session ends.
const lock = async () => {
  if (locked) return;
  locked = true;
  close();
  kept = { title: document.title, at: scrollY, held: document.activeElement };
  document.title = given.heading;
  away.append(...document.body.childNodes);
  document.body.append(cover);
  cover.showModal();
  (opening.hidden ? again.querySelector("a") : box).focus();
  const drafts = [];
  dispatchEvent(new CustomEvent("locking", { detail: drafts }));
  await Promise.race([Promise.allSettled(drafts), new Promise((done) => { setTimeout(done, 3000); })]);
  try { ended = (await posted(given.lock)).ok; } catch { /* the server ends it by itself */ }
};
const unlock = () => {
  startOver();
  locked = ended = false;
  used = told = Date.now();
  localStorage.setItem("used", used);
  cover.close();
  cover.remove();
  document.body.append(away);
  document.title = kept.title;
  if (kept.held !== document.body) kept.held?.focus({ preventScroll: true });
  scrollTo(0, kept.at);
};
cover.addEventListener("cancel", (event) => event.preventDefault());
cover.addEventListener("close", () => { if (locked) cover.showModal(); });
// The password first; then, from whoever has one, the second factor beside it.
const startOver = (words = "") => {
  box.value = code.value = "";
  wrong.textContent = words;
  if (second.isConnected) second.replaceWith(first);
};
const open = async (more) => {
  const coded = second.isConnected;
  wrong.textContent = "";
  try {
    const { status } = await posted(opening.action, more);
    if (status === 204) return unlock();
    if (status === 202) {
      box.value = "";
      first.replaceWith(second);
      wrong.textContent = given.more;
    } else if (coded && status === 403) startOver(given.refused);
    else wrong.textContent = { 403: given.wrong, 429: given.wait }[status] ?? given.unreached;
  } catch {
    wrong.textContent = given.unreached;
  }
  (second.isConnected ? code : box).select();
};
opening.addEventListener("submit", (event) => {
  event.preventDefault();
  open();
});
byPasskey.addEventListener("click", async () => {
  wrong.textContent = "";
  try {
    const question = await askPasskey(given.question, second.isConnected ? "second" : "alone", opening.elements.csrf_token.value);
    if (question.refused) throw new Error(question.refused);
    await open({ passkey: await usePasskey(question) });
  } catch {
    wrong.textContent = given.failed;
  }
});
addEventListener("signed-out", () => lock());
addEventListener("signed-anew", async () => { if ((await asks({ "X-Background": "1" })).status === 401) lock(); });
// Meanwhile somebody may have signed out, in again, or as another, in another window.
document.addEventListener("visibilitychange", async () => {
  if (document.hidden) return;
  look();
  try {
    const { status } = await asks({ "X-Background": "1" });
    if (status === 401) lock();
    else if (status === 204 && locked && ended) unlock();
  } catch { /* whoever is off line sees what they saw before */ }
});
// A page that comes back out of the browser's memory may be somebody else's by now.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
