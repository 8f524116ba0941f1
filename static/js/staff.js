// Small helps for the desk. Every page works without them.
//   the day list asks for news every 20 seconds and never under a hand that is using it
//   a screen that nobody uses is covered before the server ends the session
//   the notice bar of what cannot wait asks for news twice a minute
//   copy and print buttons appear only where they work, and so do the keys to the next patient

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
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.repeat) return;
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
  const waiting = (where) => where.querySelectorAll(".attention > ul > li").length;
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
    const newer = new DOMParser().parseFromString(page, "text/html").getElementById("day-view");
    if (!newer) return location.reload();
    const old = { sent: count("sent", dayView), waiting: waiting(dayView) };
    if (waiting(newer) > old.waiting) alarm.textContent = `${alarm.dataset.attention} ${waiting(newer)}`;
    if (inUse()) return;
    if (count("sent", newer) > old.sent) news.textContent = `${news.dataset.sent} ${count("sent", newer) - old.sent}`;
    const held = dayView.contains(document.activeElement) && document.activeElement.getAttribute("href");
    dayView.replaceChildren(...newer.childNodes);
    if (held) dayView.querySelector(`a[href="${held}"]`)?.focus();
    tag = next;
  };
  const ask = async () => {
    if (document.hidden) return;
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
const line = ({ words, address }) => {
  const paragraph = document.createElement("p"), said = document.createElement(address ? "a" : "span");
  said.textContent = words;
  if (address) said.href = address;
  paragraph.append(said);
  return paragraph;
};
const askForNotices = async () => {
  if (document.hidden || noticeBar.contains(document.activeElement)) return;
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
const idle = document.querySelector("dialog[data-idle]");
const opened = Date.now();
// Cover first, then end the session on the server, then ask who it is; the page asked for is kept in mind.
let locked = false;
const lock = async () => {
  if (locked) return;
  locked = true;
  document.querySelector("main").replaceChildren();
  idle.close();
  const out = document.querySelector("form[data-out]");
  try { await fetch(out.action, { method: "POST", body: new URLSearchParams(new FormData(out)), redirect: "manual" }); } catch { /* the server ends it by itself */ }
  location.replace(`${out.dataset.out}?next=${encodeURIComponent(location.pathname)}`);
};
if (idle) {
  const limit = Number(idle.dataset.idle) * 1000;
  setInterval(() => {
    const left = limit - (Date.now() - opened);
    if (left <= 0) lock();
    else if (left <= 60_000 && !idle.open) idle.showModal();
  }, 1000);
}
// A page that comes back out of the browser's memory may be somebody else's by now.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
