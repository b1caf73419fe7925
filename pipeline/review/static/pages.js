// The originals: tabs, zoom and turning; a box for each field; the crops beside the inputs. One picture for each page.
const SVG = "http://www.w3.org/2000/svg";
const PAD = 0.004;
const LINE_PX = 30;

export class Pages {
  constructor(main, focusField) {
    this.main = main;
    this.focusField = focusField;
    this.sheet = main.querySelector("#sheet");
    this.tabs = [...main.querySelectorAll("[role=tab]")];
    this.pictures = new Map();
    this.zoom = 1;
    this.turn = 0;
    this.shown = null;
    if (!this.sheet) return;
    this.resize = new ResizeObserver(() => this.layOut());
    this.resize.observe(this.sheet);
    const tabs = main.querySelector(".tabs");
    tabs.addEventListener("click", (event) => this.show(event.target.closest("[role=tab]")));
    tabs.addEventListener("keydown", (event) => this.arrow(event));
    main.querySelector(".tools").addEventListener("click", (event) => this.tool(event));
    this.sheet.addEventListener("click", (event) => this.clicked(event));
    this.show(this.tabs[0]);
    this.fillCrops();
  }

  close() {
    this.resize?.disconnect();
    for (const picture of this.pictures.values()) picture.then((found) => found && URL.revokeObjectURL(found.url));
  }

  /** Fetch everything anew, as after a reveal. */
  renew() {
    for (const picture of this.pictures.values()) picture.then((found) => found && URL.revokeObjectURL(found.url));
    this.pictures.clear();
    for (const crop of this.main.querySelectorAll(".crop")) crop.removeAttribute("viewBox");
    if (this.shown) this.show(this.shown);
    this.fillCrops();
  }

  picture(file, page) {
    const key = `${file}-${page}`;
    if (!this.pictures.has(key)) this.pictures.set(key, this.load(file, page));
    return this.pictures.get(key);
  }

  async load(file, page) {
    try {
      const answer = await fetch(`${this.main.dataset.base}/page/${file}/${page}`);
      if (!answer.ok) return null;
      const url = URL.createObjectURL(await answer.blob());
      const image = new Image();
      image.src = url;
      await image.decode();
      this.addTabs(file, Number(answer.headers.get("X-Pages")));
      const placed = answer.headers.get("X-Placed") === "1", hidden = answer.headers.get("X-Hidden") === "1";
      return { url, placed, hidden, width: image.naturalWidth, height: image.naturalHeight };
    } catch {
      return null;
    }
  }

  /** A tab for each page of the file that has none: only its first was known where it could not be read, or not to its end. */
  addTabs(file, pages) {
    const own = this.tabs.filter((tab) => tab.dataset.kind === "picture" && tab.dataset.file === file);
    let before = own.at(-1);
    for (let page = 1; before && page <= pages; page++) {
      if (own.some((tab) => tab.dataset.page === String(page))) continue;
      const tab = before.cloneNode();
      tab.dataset.page = page;
      tab.id = `t-${file}-${page}`;
      tab.tabIndex = -1;
      tab.setAttribute("aria-selected", "false");
      tab.textContent = `附件${file}·${page}`;
      before.after(tab);
      before = tab;
    }
    this.tabs = [...this.main.querySelectorAll("[role=tab]")];
  }

  async show(tab) {
    if (!tab) return;
    for (const other of this.tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    if (this.shown !== tab) { this.turn = 0; this.zoom = 1; }
    this.shown = tab;
    this.sheet.setAttribute("aria-label", tab.textContent);
    const note = this.main.querySelector("#sheet-note");
    note.textContent = "";
    if (tab.dataset.kind === "grid") return this.showGrid(tab);
    const found = await this.picture(tab.dataset.file, tab.dataset.page);
    if (this.shown !== tab) return;
    this.sheet.replaceChildren();
    if (!found) { note.textContent = "这一页不能显示。"; return; }
    const paper = document.createElement("div"), image = document.createElement("img");
    paper.className = "paper";
    image.src = found.url;
    image.alt = `${tab.textContent}（原件图像）`;
    paper.append(image);
    if (found.placed) paper.append(this.boxes(tab));
    if (found.hidden) note.textContent = "本页可能有证件号，位置不明，已整页遮盖；显示证件号后可看清。";
    this.sheet.append(paper);
    this.size = found;
    this.layOut();
    this.mark();
  }

  async showGrid(tab) {
    const answer = await fetch(`${this.main.dataset.base}/grid/${tab.dataset.file}`);
    if (this.shown !== tab) return;
    this.size = null;
    if (!answer.ok) { this.main.querySelector("#sheet-note").textContent = "这一文件不能显示。"; return; }
    const text = document.createElement("div");
    text.className = "written";
    text.innerHTML = await answer.text();
    this.sheet.replaceChildren(text);
    this.layOut();
    for (const row of this.main.querySelectorAll(".field[data-cell]")) {
      const [file, table, line, column] = row.dataset.cell.split(" ");
      if (file !== tab.dataset.file) continue;
      const cell = this.sheet.querySelector(`td[data-at="${table} ${line} ${column}"]`);
      if (cell) { cell.dataset.key = row.dataset.key; cell.classList.toggle("open", "open" in row.dataset); }
    }
    this.mark();
  }

  /** Where the crops of the page's fields come from, as rectangles that lead back to their fields. */
  boxes(tab) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 1 1");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    for (const crop of this.crops(tab)) {
      const [left, top, right, bottom] = crop.dataset.box.split(" ").map(Number);
      const rect = document.createElementNS(SVG, "rect");
      const shape = { x: left, y: top, width: right - left, height: bottom - top };
      for (const [name, value] of Object.entries(shape)) rect.setAttribute(name, value);
      const row = crop.closest(".field");
      rect.dataset.key = row.dataset.key;
      rect.classList.toggle("open", "open" in row.dataset);
      svg.prepend(rect);  // of two fields in one cell (a tick and what is written beside it) the first one is clicked
    }
    return svg;
  }

  crops(tab) {
    return this.main.querySelectorAll(`.crop[data-file="${tab.dataset.file}"][data-page="${tab.dataset.page}"]`);
  }

  tabOf({ dataset: { file, page } }) {
    return this.tabs.find((tab) => tab.dataset.kind === "picture" && tab.dataset.file === file && tab.dataset.page === page);
  }

  async fillCrops(root = this.main) {
    await Promise.all([...root.querySelectorAll(".crop:not([viewBox])")].map(async (crop) => {
      const found = this.tabOf(crop) && (await this.picture(crop.dataset.file, crop.dataset.page));
      if (found?.placed && crop.isConnected) fill(crop, found);
    }));
  }

  layOut() {
    // What was written grows with its letters; it cannot lie on its side.
    const written = this.sheet.querySelector(".written");
    if (written) written.style.fontSize = `${this.zoom}em`;
    for (const button of this.main.querySelectorAll("[data-turn]")) button.disabled = Boolean(written);
    const paper = this.sheet.querySelector(".paper");
    if (!paper || !this.size) return;
    const sideways = this.turn % 180 !== 0, room = this.sheet.clientWidth - 12;
    const ratio = this.size.height / this.size.width;
    const width = (sideways ? room / ratio : room) * this.zoom, height = width * ratio;
    const moves = { 0: "", 90: `translateX(${height}px) rotate(90deg)`, 180: `translate(${width}px, ${height}px) rotate(180deg)`, 270: `translateY(${width}px) rotate(270deg)` };
    Object.assign(paper.style, { width: `${width}px`, height: `${height}px`, transform: moves[this.turn] });
    paper.style.marginBottom = `${sideways ? width - height : 0}px`;
    paper.style.marginRight = `${sideways ? height - width : 0}px`;
  }

  tool(event) {
    const { zoom, turn } = event.target.closest("button")?.dataset ?? {};
    if (zoom !== undefined) this.zoom = Number(zoom) === 0 ? 1 : Math.min(6, Math.max(0.4, this.zoom * Number(zoom)));
    if (turn !== undefined) this.turn = (this.turn + Number(turn) + 360) % 360;
    this.layOut();
  }

  arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.tabs.indexOf(event.target.closest("[role=tab]"));
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    next.focus();
    this.show(next);
  }

  clicked(event) {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) this.focusField(key);
  }

  /** Show and mark where a field stands. */
  async follow(key) {
    this.current = key;
    const row = this.main.querySelector(`.field[data-key="${CSS.escape(key)}"]`);
    const crop = row?.querySelector(".own > .crop"), cell = row?.dataset.cell;
    const tab = crop ? this.tabOf(crop) : cell && this.tabs.find((item) => item.dataset.kind === "grid" && item.dataset.file === cell.split(" ")[0]);
    if (tab && tab !== this.shown) await this.show(tab);
    else this.mark();
  }

  mark() {
    if (!this.sheet) return;
    let first = null;
    for (const box of this.sheet.querySelectorAll("[data-key]")) {
      const on = box.dataset.key === this.current;
      box.classList.toggle("on", on);
      first ??= on ? box : null;
    }
    if (!first) return;
    const box = first.getBoundingClientRect(), frame = this.sheet.getBoundingClientRect();
    this.sheet.scrollTop += box.top - frame.top - frame.height / 3;
    if (box.left < frame.left || box.right > frame.right) this.sheet.scrollLeft += box.left - frame.left - 20;
  }
}

/** One place of a page as a picture of its own, from the page's picture. */
function fill(crop, { url, width, height }) {
  const [left, top, right, bottom] = crop.dataset.box.split(" ").map(Number);
  const x = Math.max(0, left - PAD) * width, y = Math.max(0, top - PAD) * height;
  const wide = Math.min(1, right + PAD) * width - x, high = Math.min(1, bottom + PAD) * height - y;
  const room = crop.parentElement.clientWidth * (crop.matches(".field:not([data-open]) > .own > .crop") ? 0.36 : 1) - 2;
  // A line of writing is shown at a height that can be read, and cut at its end where there is no room; a block whole.
  const line = high < wide * 0.3, scale = line ? LINE_PX / high : Math.min(room / wide, 1.3 * LINE_PX / high);
  crop.setAttribute("viewBox", `${x} ${y} ${wide} ${high}`);
  crop.setAttribute("preserveAspectRatio", line ? "xMinYMid slice" : "xMinYMid meet");
  crop.setAttribute("width", Math.max(1, Math.round(Math.min(room, wide * scale))));
  crop.setAttribute("height", Math.max(1, Math.round(high * scale)));
  const image = document.createElementNS(SVG, "image");
  for (const [name, value] of Object.entries({ href: url, width, height })) image.setAttribute(name, value);
  crop.replaceChildren(image);
}
