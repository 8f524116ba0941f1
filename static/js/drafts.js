// What staff type is kept on the server while they type it, and offered when they open the form again. Every form works without.
const me = document.querySelector("dialog[data-me]").dataset.me;
const clock = () => new Date().toTimeString().slice(0, 5);
// Of what rides along unseen, only what says which state of things was on the screen belongs to what was typed.
const SEEN = /^(seen|was_.*)$/;

const watch = (mark) => {
  const { form, dataset: said } = mark;
  const line = Object.assign(document.createElement("p"), { className: "field__hint" });
  form.append(line);
  let timer, changed = 0, upTo = 0, failed = false, leaving = false;
  const post = (address, more) => fetch(address, { method: "POST", redirect: "manual", ...more,
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value } });
  const content = () => {
    const secret = [...form.elements].filter((box) => box.type === "password").map((box) => box.name);
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secret.includes(name));
    return JSON.stringify({ address: said.draft, page: form.elements.draft_page.value, signed_in: me, fields });
  };
  const keep = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (changed === upTo) return;
    const now = changed, body = content();
    try {
      const { status } = await post(said.drafts + mark.value, { body, keepalive: body.length < 60_000 });
      if (status === 401) dispatchEvent(new Event("signed-out"));
      if (status === 400) dispatchEvent(new Event("signed-anew"));
      // It was saved or discarded in another window: this is a new one.
      if (status === 410 && crypto.randomUUID) mark.value = crypto.randomUUID();
      failed = status !== 204;
    } catch {
      failed = true;
    }
    if (!failed) upTo = Math.max(upTo, now);
    line.textContent = failed ? said.unkept : `${said.kept} ${clock()}`;
    if (changed !== upTo) later(failed ? 10_000 : 2000);
  };
  const later = (wait) => { timer ??= setTimeout(keep, wait); };
  for (const sign of ["input", "change"]) form.addEventListener(sign, () => { changed += 1; later(2000); });
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("locking", (event) => event.detail.push(keep()));
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  // Leaving loses nothing that is kept; only what could not be kept is asked about.
  addEventListener("beforeunload", (event) => { if (failed && !leaving) event.preventDefault(); });

  const put = (fields) => {
    for (const box of form.elements) {
      const values = fields.filter(([name]) => name === box.name).map(([, value]) => value);
      if (box.type === "radio" || box.type === "checkbox") box.checked = values.includes(box.value);
      else if (values.length && (box.type !== "hidden" || SEEN.test(box.name))) [box.value] = values;
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const offer of form.querySelectorAll("[data-offered]")) {
    const address = offer.dataset.offered, buttons = offer.lastElementChild, [take, drop] = buttons.children;
    const done = (words) => {
      offer.replaceChildren(Object.assign(document.createElement("p"), { textContent: words, tabIndex: -1 }));
      offer.firstElementChild.focus();
    };
    buttons.hidden = false;
    take.addEventListener("click", async () => {
      await keep();
      const answer = await fetch(address, { cache: "no-store", redirect: "manual" }).catch(() => ({ type: "error" }));
      if (answer.type === "opaqueredirect") return dispatchEvent(new Event("signed-out"));
      if (!answer.ok) return void (line.textContent = said.unkept);
      put((await answer.json()).fields);
      mark.value = address.split("/").pop();
      done(said.back);
    });
    drop.addEventListener("click", async () => {
      const answer = await post(`${address}/discard`).catch(() => ({ type: "error" }));
      if (answer.type === "opaqueredirect") done(said.gone);
      else line.textContent = said.unkept;
    });
  }
};
document.querySelectorAll("input[data-draft]").forEach(watch);
