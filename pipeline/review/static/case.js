// The case page: puts fields, originals and decisions together, handles the keys, and goes from case to case.
import { getPage, post } from "./http.js";
import { ENTRIES, Fields } from "./fields.js";
import { Pages } from "./pages.js";
import { Decisions } from "./decisions.js";
import { commit, commitFor, decideLater } from "./pending.js";

const ALIVE_SECONDS = 60;
/** Enters that follow each other faster, or come sooner after the next case is shown, belong to the case before. */
const PAUSE_MS = 700;
/** `turn` counts what is to be shown: a slow answer must not replace what was asked for after it. */
let desk = null, lastEnter = 0, turn = 0;

function mount(focus) {
  desk?.pages.close();
  const main = document.querySelector("main.case");
  const here = { main, since: performance.now() };
  const before = () => commitFor(main.dataset.base);
  here.fields = new Fields(main, { onState: (state) => applyState(here, state), onProblem: tellProblem, onStale: tellStale, before });
  here.pages = new Pages(main, (key) => here.fields.focus(key));
  here.decisions = new Decisions(main, here.fields, { decide: (decision) => decide(here, decision), onProblem: tellProblem });
  desk = here;
  main.addEventListener("focusin", (event) => {
    const row = event.target.closest(".field");
    if (row) here.pages.follow(row.dataset.key);
  });
  main.addEventListener("click", (event) => {
    if (event.target.closest("[data-next]")) leave(here);
    else if (event.target.closest("[data-help]")) document.getElementById("dlg-help").showModal();
  });
  main.querySelector("[data-mail]").addEventListener("toggle", (event) => showMail(event.target), { once: true });
  say(here);
  if (focus !== "field" || !toFirst(here)) main.querySelector("#summary").focus();
  if (focus === "next") { here.guarded = true; comeIn(here); }
  main.dataset.ready = "";
}

/** To the first doubtful field; not on a phone, where it would open the keyboard. */
function toFirst(here) {
  const first = here.fields.nextOpen(null), wide = !matchMedia("(max-width: 720px)").matches;
  return Boolean(first && wide && "editable" in here.main.dataset && here.fields.focus(first.dataset.key));
}

/** How long it is since the case was shown or Enter was pressed: what comes too soon was meant for the case before. */
function isSoon(here) { return performance.now() - Math.max(lastEnter, here.since) <= PAUSE_MS; }

/** A case that came by itself: once no Enter has come for a moment, its first doubtful field has the focus. */
function comeIn(here) {
  setTimeout(() => {
    if (desk !== here) return;
    const waits = document.activeElement === here.main.querySelector("#summary") && !document.querySelector("dialog[open]");
    if (waits && isSoon(here)) { comeIn(here); return; }
    here.guarded = false;
    if (waits) toFirst(here);
  }, PAUSE_MS / 4);
}

async function showMail(details) {
  const answer = await fetch(details.dataset.mail, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) details.querySelector("[data-mail-text]").innerHTML = await answer.text();
  else details.querySelector("[data-mail-text]").append("来信正文不能显示。");
}

/** What still has to be done, in the line beside the buttons. */
function say(here) {
  const open = here.fields.open;
  if (!("editable" in here.main.dataset)) return;
  here.main.querySelector("#neutral").textContent = open ? `还有 ${open} 项问题` : "没有待处理的问题，可以办结";
}

function applyState(here, state) {
  hideProblem();
  here.main.querySelector("#summary").innerHTML = state.summary;
  here.main.querySelector("#findings").innerHTML = state.findings;
  say(here);
  for (const button of here.main.querySelectorAll("[data-reveal=''], [data-open-dialog=reveal]")) button.hidden = state.revealed;
  if (state.revealed !== ("revealed" in here.main.dataset)) {
    here.main.toggleAttribute("data-revealed", state.revealed);
    here.pages.renew();
  } else here.pages.fillCrops();
  here.pages.mark();
}

function tellProblem(said) {
  const place = document.getElementById("problem");
  place.replaceChildren(said);
  place.hidden = false;
}
function hideProblem() { document.getElementById("problem").hidden = true; }

function tellStale(said, again) {
  tellProblem(said);
  const mine = document.createElement("button"), theirs = document.createElement("button");
  Object.assign(mine, { type: "button", textContent: "以我的录入再存" });
  Object.assign(theirs, { type: "button", textContent: "看现在的内容" });
  mine.addEventListener("click", () => { hideProblem(); again(); });
  theirs.addEventListener("click", () => location.reload());
  document.getElementById("problem").append(" ", mine, " ", theirs);
}

/** A decision: put off, and on to the next case where it ends this one. `path` says what is done, `anew` that the page is another after it. */
async function decide(here, { word, values, ends, path = "act", anew = false, dialog }) {
  const { main } = here, { base, csrf, name } = main.dataset, url = `${base}/${path}`;
  if (ends) {
    const back = async (said) => {
      if (!(await go(base, said ? "field" : "summary"))) return;
      if (dialog) desk.decisions.restore(dialog, values);
      if (said) tellProblem(said);
    };
    decideLater({ name, word, values, csrf, url, failed: (said) => back(`${word}没有办成：${said}`), undone: () => back("") });
    return next(main, false);
  }
  const mine = () => desk === here;
  decideLater({
    name, word, values, csrf, url,
    failed: (said) => mine() && tellProblem(`${word}没有办成：${said}`),
    undone: () => mine() && main.querySelector("#neutral").focus(),
    done: (body) => { if (mine()) { here.fields.version = body.version; renew(here, anew); } },
  });
  return main.querySelector("#neutral").focus();
}

/** What a decision changed on a page that stays: all of it, or what stands round the fields while somebody types in them. */
async function renew(here, anew) {
  const { base } = here.main.dataset;
  if (anew || !("editable" in here.main.dataset)) { if (await here.fields.flush()) await go(base, "summary"); return; }
  const found = await getPage(base);
  if (!found || desk !== here) return;
  const lost = here.main.querySelector(".decide").contains(document.activeElement);
  for (const part of ["#summary", ".decide"]) here.main.querySelector(part).innerHTML = found.querySelector(part).innerHTML;
  say(here);
  if (lost) here.main.querySelector("#neutral").focus();
}

/** The next case; the one that is left goes back to the queue if `giveBack`. Whoever goes elsewhere meanwhile stays there. */
async function next(main, giveBack) {
  const values = { after: main.dataset.case, leave: giveBack ? "1" : "" }, mine = ++turn;
  const answer = await post("/next", values, main.dataset.csrf);
  if (mine !== turn) return;
  if (!answer.ok) return tellProblem(answer.body.said);
  return answer.body.next.startsWith("/case/") ? go(answer.body.next, "next") : finish(main);
}

async function leave(here) {
  if ((await here.fields.flush()) && (await commitFor(here.main.dataset.base))) await next(here.main, true);
}

function finish(main) {
  main.replaceChildren();
  main.className = "narrow card";
  const head = document.createElement("h1"), link = document.createElement("a");
  head.textContent = "没有下一件了";
  head.tabIndex = -1;
  Object.assign(link, { href: "/", textContent: "回到待办" });
  main.append(head, link);
  desk = null;
  head.focus();
}

/** Put another case in place of this one, so that what is put off goes on; false when it did not come to be shown. */
async function go(url, focus) {
  const mine = ++turn, found = await getPage(url);
  if (mine !== turn) return false;
  if (!found) { await commit(); location.assign(url); return false; }
  const main = document.importNode(found.querySelector("main.case"), true);
  document.querySelector("main").replaceWith(main);
  for (const dialog of found.querySelectorAll("dialog")) document.getElementById(dialog.id).replaceWith(document.importNode(dialog, true));
  document.title = found.title;
  document.body.className = "desk";
  if (location.pathname !== url) history.pushState(null, "", url);
  mount(focus);
  return true;
}

const KEYS = {
  F1: () => document.getElementById("dlg-help").showModal(),
  F2: () => desk?.decisions.open("return"),
  F4: () => desk?.decisions.open("refuse"),
  F8: () => desk && leave(desk),
  F9: () => desk?.decisions.open("transfer"),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
  const dialog = document.querySelector("dialog[open]");
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    if (event.repeat || (desk?.guarded && tooSoon())) return;
    if (dialog) dialog.querySelector("form")?.requestSubmit();
    else desk?.decisions.act("conclude");
    return;
  }
  if (event.ctrlKey || event.shiftKey || dialog) return;
  if (KEYS[event.key]) {
    event.preventDefault();
    if (!event.repeat) KEYS[event.key]();
  } else if (event.key === "Enter" && desk) enter(event);
});

/** Whether this Enter still belongs to the case before. */
function tooSoon() {
  const soon = isSoon(desk);
  lastEnter = performance.now();
  return soon;
}

function enter(event) {
  const target = event.target, paused = !tooSoon();
  if (target.id === "summary" || target.id === "neutral") {
    const first = desk.fields.nextOpen(null);
    event.preventDefault();
    if (first && !event.repeat && paused) desk.fields.focus(first.dataset.key);
  } else if (target.matches(ENTRIES)) {
    event.preventDefault();
    if (!event.repeat && "editable" in desk.main.dataset) desk.fields.confirm(target);
  }
}

/** Whoever only looked at a case, and changed and decided nothing, does not keep it from the others. */
addEventListener("pagehide", () => {
  const main = desk?.main;
  const untouched = main && "onlyLooks" in main.dataset && desk.fields.version === Number(main.dataset.version) && !desk.decisions.ended;
  if (untouched && !desk.fields.sending) post(`${main.dataset.base}/release`, {}, main.dataset.csrf, true);
});
addEventListener("popstate", async () => { await commit(); location.reload(); });
setInterval(() => {
  const main = desk?.main;
  if (main && "editable" in main.dataset && document.visibilityState === "visible") post(`${main.dataset.base}/alive`, {}, main.dataset.csrf);
}, ALIVE_SECONDS * 1000);

mount("field");
