// ---------------------------------------------------------------- the view

/** Which part of the photo the stage shows: a photo point p lies at (x, y) + scale p, in CSS pixels from the stage's corner. */
class PhotoView {
  // `finer`: pixels of the whole photo along one of the preview
  constructor() { Object.assign(this, { finer: 1, stage: { width: 0, height: 0 }, photo: { width: 1, height: 1 }, scale: 0, x: 0, y: 0 }); }

  get fitScale() { return Math.min(this.stage.width / this.photo.width, this.stage.height / this.photo.height); }

  get maxScale() { return Math.max(PAINTER_MAX_SCALE * this.finer, this.fitScale); }

  get zoomed() { return this.scale > this.fitScale * 1.001; }

  fit() {
    this.scale = this.fitScale;
    this.clamp();
  }

  /** The whole photo, or a part of a panorama that is high enough to be seen. */
  begin() {
    const { stage, photo } = this, cover = Math.max(stage.width / photo.width, stage.height / photo.height);
    this.fit();
    if (cover > 3 * this.fitScale) this.put({ x: photo.width / 2, y: photo.height / 2 }, { x: stage.width / 2, y: stage.height / 2 }, cover);
  }

  /** The stage has another size now: keep the photo whole if it was, else keep what is in the middle. */
  resize(width, height) {
    const begun = !this.scale, { zoomed } = this, middle = this.toPhoto({ x: this.stage.width / 2, y: this.stage.height / 2 });
    this.stage = { width, height };
    if (begun) this.begin();
    else if (zoomed) this.put(middle, { x: width / 2, y: height / 2 }, this.scale);
    else this.fit();
  }

  /** Zoom; what lies at the stage's point `from` comes to lie at `to`. */
  zoom(factor, from = { x: this.stage.width / 2, y: this.stage.height / 2 }, to = from) {
    this.put(this.toPhoto(from), to, this.scale * factor);
  }

  /** Show the photo at `scale`, its point `p` at the stage's point `at`. */
  put(p, at, scale) {
    this.scale = clamp(scale, this.fitScale, this.maxScale);
    Object.assign(this, { x: at.x - p.x * this.scale, y: at.y - p.y * this.scale });
    this.clamp();
  }

  /** Move the photo; whether it could move. */
  pan(dx, dy) {
    const { x, y } = this;
    Object.assign(this, { x: x + dx, y: y + dy });
    this.clamp();
    return Math.abs(this.x - x) > .5 || Math.abs(this.y - y) > .5;
  }

  /** Pan as little as needed to show the photo point `p`. */
  reveal(p) {
    const s = this.toStage(p), margin = Math.min(40, this.stage.width / 4, this.stage.height / 4);
    this.pan(clamp(s.x, margin, this.stage.width - margin) - s.x, clamp(s.y, margin, this.stage.height - margin) - s.y);
  }

  clamp() {
    const settle = (at, stage, photo) => photo <= stage ? (stage - photo) / 2 : clamp(at, stage - photo, 0);
    this.x = settle(this.x, this.stage.width, this.photo.width * this.scale);
    this.y = settle(this.y, this.stage.height, this.photo.height * this.scale);
  }

  toPhoto(p) { return { x: (p.x - this.x) / (this.scale || 1), y: (p.y - this.y) / (this.scale || 1) }; }

  toStage(p) { return { x: p.x * this.scale + this.x, y: p.y * this.scale + this.y }; }
}

function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

