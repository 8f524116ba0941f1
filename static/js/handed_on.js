// A tablet of the clinic, or the desk while staff fill in for a patient: a page that nobody touches is cleared, here first and then on the server.
const given = document.getElementById("handed-on").dataset;
const made = (tag, properties, ...within) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...within);
  return element;
};
const stay = made("button", { type: "button", className: "button", textContent: given.stay });
const out = made("form", { method: "post", action: given.clear },
  made("input", { type: "hidden", name: "csrf_token", value: given.token }), stay,
  made("button", { className: "button-calm", textContent: given.finish }));
const box = made("dialog", {}, made("h2", { id: "quiet", textContent: given.heading }), made("p", { textContent: given.words }), out);
box.setAttribute("aria-labelledby", "quiet");
document.body.append(box);
const limit = Number(given.quiet) * 1000, warning = 20_000;
let used = Date.now(), told = used, cleared = false;

const use = () => {
  used = Date.now();
  if (box.open) box.close();
  // Somebody who writes for long is still here, though no page is fetched.
  if (used - told < 20_000) return;
  told = used;
  fetch(given.here, { cache: "no-store", redirect: "manual" }).catch(() => null);
};
for (const sign of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(sign, use, { passive: true });
stay.addEventListener("click", use);

const clear = async () => {
  if (cleared) return;
  cleared = true;
  document.querySelector("main").replaceChildren();
  const body = new URLSearchParams(new FormData(out));
  if (box.open) box.close();
  try { await fetch(out.action, { method: "POST", body, redirect: "manual" }); } catch { /* the server ends it by itself */ }
  location.replace(given.out);
};
// The page that waits for a code has nothing to clear until somebody types.
const typed = () => [...document.querySelectorAll("main input:not([type=hidden])")].some((each) => each.value);
setInterval(() => {
  if (given.resting !== undefined && !typed()) used = Date.now();
  const left = limit - (Date.now() - used);
  if (left <= 0) clear();
  else if (left <= warning && !box.open) box.showModal();
}, 1000);
