// The dialogs and buttons that decide a case, set a finding aside or say where a paper stands.
import { getJson, post } from "./http.js";
import { commit, commitFor } from "./pending.js";

const WORDS = { conclude: "办结", return: "退回补正", refuse: "不予受理", transfer: "移交", accept: "受理", supplement: "收到补正", urge: "督促", reopen: "重新收件", split: "拆分", join: "合并", unjoin: "恢复已并入的件" };
/** Decisions after which the next case comes. */
const ENDING = new Set(["conclude", "return", "refuse", "transfer"]);
/** What has an address of its own, and leaves other papers and findings behind. */
const PARTING = new Set(["split", "join", "unjoin"]);

export class Decisions {
  constructor(main, fields, { decide, onProblem }) {
    this.main = main;
    this.fields = fields;
    this.decide = decide;
    this.onProblem = onProblem;
    this.url = main.dataset.base;
    main.addEventListener("click", (event) => this.clicked(event));
    for (const form of document.querySelectorAll("dialog form[data-form]")) form.onsubmit = (event) => this.submitted(event, form);
    for (const button of document.querySelectorAll("dialog [data-close]")) button.onclick = () => button.closest("dialog").close();
    const choose = document.querySelector("[data-choose]");
    if (choose) choose.onchange = () => this.composeText();
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button || button.disabled) return;
    const { act, openDialog, correct, unjoin } = button.dataset;
    if (act) this.act(act);
    else if (unjoin) this.take("unjoin", new URLSearchParams({ other: unjoin }));
    else if (openDialog) this.open(openDialog);
    else if (correct) this.fields.focus(correct);
    else if ("settle" in button.dataset) this.settle(button);
    else if ("paper" in button.dataset) this.paper(button);
  }

  async act(action) {
    if (this.main.querySelector(`[data-act="${action}"]`)?.disabled) return;
    if (!(await this.fields.flush())) return;
    if (action === "conclude" && this.fields.open) {
      this.onProblem(`还有 ${this.fields.open} 项问题没有处理，不能办结。`);
      this.toFirstFinding();
      return;
    }
    if (action === "conclude" && "change" in this.main.dataset) { document.getElementById("dlg-change").showModal(); return; }
    this.take(action, {});
  }

  /** What was put off before goes first: this decision builds on it. */
  async take(action, values, dialog) {
    if (this.ended) return;
    this.ended = ENDING.has(action);
    if (!(await this.fields.flush()) || !(await commit())) { this.ended = false; return; }
    const sent = new URLSearchParams(values), parting = PARTING.has(action);
    if (!parting) sent.set("action", action);
    sent.set("version", this.fields.version);
    this.decide({ word: WORDS[action], values: sent, ends: ENDING.has(action), path: parting ? action : "act", anew: parting, dialog });
  }

  toFirstFinding() {
    const first = this.main.querySelector(".finding.open");
    if (first && !this.fields.focus(first.dataset.field)) first.querySelector("button")?.focus();
  }

  async open(name) {
    if (this.main.querySelector(`[data-open-dialog="${name}"]`)?.disabled) return;
    const dialog = document.getElementById(`dlg-${name}`);
    if (!dialog || document.querySelector("dialog[open]") || !(await this.fields.flush())) return;
    const ground = dialog.querySelector("[name=ground]");
    if (ground && !ground.value) ground.value = this.suggestion(name);
    dialog.showModal();
    if (name === "return" && dialog.dataset.about !== this.openFindings()) this.composeItems();
  }

  /** What was typed for a decision that was taken back or refused, in the dialog that it was typed in. */
  restore(name, values) {
    const dialog = document.querySelector(`dialog:has([data-form="${name}"])`);
    if (!dialog) return;
    if (name === "return") this.listFindings();
    for (const input of dialog.querySelectorAll("input, select, textarea")) {
      if (input.type === "checkbox") input.checked = values.getAll(input.name).includes(input.value);
      else if (values.has(input.name)) input.value = values.get(input.name);
    }
  }

  /** What is open, as the text of a letter goes by it: opened again, a letter stands as it was left unless this changed. */
  openFindings() {
    return [...this.main.querySelectorAll(".finding.open .finding-text > span:nth-of-type(2)")].map((text) => text.textContent).join("\n");
  }

  suggestion(name) {
    const code = { transfer: "office.mismatch", refuse: "office.mismatch" }[name];
    const found = code && this.main.querySelector(`.finding[data-code="${code}"] .finding-text > span:nth-of-type(2)`);
    return found ? found.textContent.trim() : "";
  }

  composeItems() {
    this.listFindings();
    this.composeText();
  }

  listFindings() {
    document.getElementById("dlg-return").dataset.about = this.openFindings();
    const list = document.querySelector("[data-choose]");
    const items = [...this.main.querySelectorAll('.finding.open:not([data-code="office.mismatch"])')].map((finding) => {
      const item = document.createElement("li"), label = document.createElement("label"), tick = document.createElement("input");
      label.className = "tick";
      Object.assign(tick, { type: "checkbox", checked: true, name: "finding", value: finding.dataset.index });
      label.append(tick, finding.querySelector(".finding-text > span:nth-of-type(2)").textContent.trim());
      item.append(label);
      return item;
    });
    list.replaceChildren(...items);
  }

  async composeText() {
    const body = document.querySelector("#dlg-return [name=body]");
    const query = new URLSearchParams([...document.querySelectorAll("[data-choose] input:checked")].map((tick) => ["finding", tick.value]));
    const answer = await getJson(`${this.url}/composer?${query}`);
    body.value = answer.ok ? answer.body.body : "";
    if (!answer.ok) this.onProblem(answer.body.said);
  }

  /** What was typed stays where it is; who meant it in spite of what somebody else did says so once more. */
  refused(dialog, { said, stale, version }) {
    if (stale) this.fields.version = version;
    this.tell(dialog, stale ? `${said}仍要这样办的，请再按一次。` : said);
  }

  tell(dialog, said) {
    const place = dialog.querySelector("[data-problem]");
    place.textContent = said;
    place.hidden = !said;
  }

  about(dialog, button) {
    const finding = button.closest(".finding");
    dialog.querySelector("form").reset();
    this.tell(dialog, "");
    dialog.querySelector("[name=index]").value = finding.dataset.index;
    dialog.querySelector("[name=code]").value = finding.dataset.code;
    dialog.querySelector("[data-about]").textContent = finding.querySelector(".finding-text > span:nth-of-type(2)").textContent;
  }

  settle(button) {
    const dialog = document.getElementById("dlg-settle");
    this.about(dialog, button);
    dialog.querySelector("[name=reason]").value = button.dataset.usual;
    const hint = dialog.querySelector("[data-hint]");
    hint.textContent = button.dataset.hint ?? "";
    hint.hidden = !button.dataset.hint;
    dialog.showModal();
    dialog.querySelector("[name=ground]").focus();
  }

  paper(button) {
    const dialog = document.getElementById("dlg-paper"), shown = this.main.querySelector("[role=tab][aria-selected=true]");
    this.about(dialog, button);
    dialog.querySelector("[name=file]").value = shown?.dataset.file ?? "";
    dialog.querySelector("[name=page]").value = shown?.dataset.page ?? "1";
    dialog.showModal();
  }

  async submitted(event, form) {
    event.preventDefault();
    const dialog = form.closest("dialog"), kind = form.dataset.form;
    const values = new URLSearchParams(new FormData(form));
    if (kind === "reveal") {
      dialog.close();
      await this.fields.reveal("", values.get("reason"));
      form.reset();
      return;
    }
    if (kind !== "settle" && kind !== "paper") {
      dialog.close();
      this.take(kind, values, kind);
      return;
    }
    await commitFor(this.url);
    values.set("version", this.fields.version);
    const answer = await post(`${this.url}/settle`, values, this.main.dataset.csrf);
    if (!answer.ok) { this.refused(dialog, answer.body); return; }
    dialog.close();
    this.fields.apply(answer.body);
    const next = this.fields.nextOpen(null);
    if (next) this.fields.focus(next.dataset.key);
    else this.main.querySelector("#neutral").focus();
  }
}
