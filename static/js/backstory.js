// Small helps. Every page works without them; the server checks everything again.
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// "None of these" clears the other boxes, and the other boxes clear it.
document.addEventListener("change", ({ target: box }) => {
  if (box.type !== "checkbox" || !box.checked || !box.form) return;
  for (const other of box.form.querySelectorAll(`input[name="${CSS.escape(box.name)}"]`)) {
    const apart = [other, box].some((each) => each.dataset.beside !== undefined);
    if (other !== box && !apart && (other.dataset.only ?? box.dataset.only) !== undefined) other.checked = false;
  }
});

// Without a network the browser would put its own page here, and what was typed would be gone.
document.addEventListener("submit", (event) => {
  const lost = document.querySelector("[data-lost]");
  if (!lost) return;
  lost.hidden = navigator.onLine;
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.append(lost);
});

// A second press within two seconds sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (Date.now() - (form.dataset.sent ?? 0) < 2000) event.preventDefault();
  form.dataset.sent = Date.now();
});

// How many letters are left, spoken when the typing pauses. The server's limit decides.
each("textarea[data-max]", (box) => {
  const note = document.getElementById(`${box.id}-left`);
  let wait;
  const say = () => {
    const left = box.dataset.max - box.value.trim().length;
    note.hidden = left > box.dataset.max / 4;
    note.textContent = (left < 0 ? note.dataset.over : note.dataset.left).replace("{n}", Math.abs(left));
    note.classList.toggle("field__error", left < 0);
  };
  box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(say, 600); });
  say();
});

each("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// A page that the browser kept in memory is looked up again once its session is over (shared phones).
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.type === "opaqueredirect") location.reload();
});
