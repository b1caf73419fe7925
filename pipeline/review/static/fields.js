// The fields of the form: confirmed or corrected one by one, sent at once, one request at a time.
import { post } from "./http.js";

/** What somebody types or chooses in; texts have room for several lines and hold one. */
export const ENTRIES = ".field input, .field select, .field textarea";

export class Fields {
  constructor(main, { onState, onProblem, onStale, before }) {
    this.main = main;
    this.url = main.dataset.base;
    this.version = Number(main.dataset.version);
    this.open = Number(main.dataset.open);
    this.waiting = new Map();
    this.sending = null;
    this.failed = false;
    Object.assign(this, { onState, onProblem, onStale, before });
    for (const input of this.inputs()) {
      input.dataset.saved = input.dataset.server = input.value;
      input.addEventListener("change", () => this.changed(input));
      if (input.tagName === "TEXTAREA") input.addEventListener("beforeinput", (event) => event.inputType === "insertLineBreak" && event.preventDefault());
    }
    main.addEventListener("click", (event) => this.clicked(event));
  }

  rows() { return [...this.main.querySelectorAll(".field")]; }
  inputs() { return [...this.main.querySelectorAll(ENTRIES)]; }
  input(key) { return this.main.querySelector(`#f-${CSS.escape(key)}`); }
  row(key) { return this.main.querySelector(`.field[data-key="${CSS.escape(key)}"]`); }

  focus(key) {
    const input = this.input(key);
    if (!input) return false;
    input.focus({ preventScroll: true });
    this.row(key).scrollIntoView({ block: "nearest" });
    if (input.select && !input.readOnly) input.select();
    return true;
  }

  nextOpen(after) {
    const rows = this.rows(), at = after ? rows.indexOf(after) : -1;
    return [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find((row) => "open" in row.dataset && !("seen" in row.dataset));
  }

  /** Enter in a field: reveal a covered number, else confirm what stands there and go on. */
  confirm(input) {
    if (input.dataset.masked !== undefined) return this.reveal(input.name);
    const row = input.closest(".field"), isOpen = "open" in row.dataset;
    if (input.value !== input.dataset.saved || (isOpen && input.value)) this.save(input);
    this.goOn(row);
  }

  goOn(row) {
    const next = this.nextOpen(row);
    if (next) this.focus(next.dataset.key);
    else this.main.querySelector("#neutral").focus();
  }

  changed(input) {
    if (input.value !== input.dataset.saved && input.dataset.masked === undefined) this.save(input);
  }

  save(input) {
    const row = input.closest(".field");
    // What was only confirmed and stays open is not stopped at again: a correction does not settle it.
    row.toggleAttribute("data-confirmed", input.value === input.dataset.server);
    delete row.dataset.seen;
    input.dataset.saved = input.value;
    input.removeAttribute("aria-invalid");
    delete row.dataset.open;
    this.say(row, "保存中");
    this.waiting.set(input.name, input.value);
    this.sending ??= this.send().finally(() => { this.sending = null; });
  }

  async send() {
    while (this.waiting.size) {
      await this.before();
      const batch = new Map(this.waiting);
      this.waiting.clear();
      const values = { version: this.version };
      for (const [key, value] of batch) values[`value.${key}`] = value;
      const answer = await post(`${this.url}/fields`, values, this.main.dataset.csrf);
      if (answer.ok) this.apply(answer.body);
      else if (answer.body.stale) this.stale(batch, answer.body);
      else this.refused(batch, answer.body.said);
    }
  }

  /** Everything typed has been sent and answered; false when something of it was refused. */
  async flush() {
    const active = document.activeElement;
    if (active && this.main.contains(active) && active.closest(".field") && active.name) this.changed(active);
    this.failed = false;
    while (this.sending) await this.sending;
    return !this.failed;
  }

  say(row, text, failed = false) {
    const state = row.querySelector(".state");
    state.textContent = text;
    state.classList.toggle("failed", failed);
  }

  refused(batch, said) {
    this.failed = true;
    const keys = [...batch.keys()];
    for (const key of keys) {
      const row = this.row(key);
      row.dataset.open = "";
      delete this.input(key).dataset.saved;
      this.input(key).setAttribute("aria-invalid", "true");
      this.say(row, said, true);
    }
    this.onProblem(said);
    this.focus(keys[0]);
  }

  stale(batch, body) {
    this.failed = true;
    for (const key of batch.keys()) {
      this.row(key).dataset.open = "";
      delete this.input(key).dataset.saved;
      this.say(this.row(key), "未保存", true);
    }
    this.onStale(body.said, () => {
      this.version = body.version;
      for (const key of batch.keys()) this.save(this.input(key));
    });
    this.focus([...batch.keys()][0]);
  }

  async reveal(key, reason = this.main.dataset.reason) {
    const answer = await post(`${this.url}/reveal`, { field: key, reason }, this.main.dataset.csrf);
    if (!answer.ok) return this.onProblem(answer.body.said);
    this.apply(answer.body);
    if (key) this.focus(key);
    return undefined;
  }

  /** The case as the server has it now. What somebody is typing stays as it is. */
  apply(state) {
    this.version = state.version;
    this.open = state.open;
    for (const [key, field] of Object.entries(state.fields)) this.applyField(key, field);
    this.onState(state);
    const left = this.main.querySelector("#neutral") === document.activeElement && this.nextOpen(null);
    if (left) this.focus(left.dataset.key);
  }

  applyField(key, field) {
    const row = this.row(key), input = this.input(key);
    if (!row || this.waiting.has(key)) return;
    const typing = input.value !== (input.dataset.saved ?? input.defaultValue);
    row.toggleAttribute("data-open", field.open);
    if (field.open && "confirmed" in row.dataset) row.dataset.seen = "";
    delete row.dataset.confirmed;
    input.dataset.server = field.entry;
    if (!typing) {
      if (input.value !== field.entry) input.value = field.entry;
      input.dataset.saved = input.value;
    }
    if (!typing || !field.masked) this.cover(row, input, field.masked);
    this.say(row, field.open ? "待确认" : field.corrected ? "已核" : "");
    const more = row.querySelector(".more");
    if (more.dataset.html !== field.more) { more.innerHTML = field.more; more.dataset.html = field.more; }
    if (field.beside !== null) row.querySelector(".besides").innerHTML = field.beside;
  }

  /** A covered number can be read only: what stands there is no number that could be confirmed. */
  cover(row, input, masked) {
    if (input.tagName !== "INPUT") return;
    if (masked) input.dataset.masked = "";
    else delete input.dataset.masked;
    input.readOnly = masked || !("editable" in this.main.dataset);
    const reveal = row.querySelector(".reveal");
    if (reveal) reveal.hidden = !masked;
  }

  clicked(event) {
    const reveal = event.target.closest("[data-reveal]");
    if (reveal) return this.reveal(reveal.dataset.reveal);
    const take = event.target.closest("[data-take]");
    if (!take) return undefined;
    const input = take.closest(".field").querySelector("input, select, textarea");
    input.value = take.dataset.take;
    input.focus();
    return this.changed(input);
  }
}
