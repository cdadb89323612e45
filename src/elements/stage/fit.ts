export interface Fit {
  readonly columns: number;
  readonly rows: number;
  /** CSS pixels, whole. */
  readonly width: number;
  readonly height: number;
}

/**
 * The size of `count` equal tiles that fill a box best. Their proportions may lie between 16:9 and 4:3 (4:5 in a box
 * higher than wide): a picture loses at most a quarter of its width.
 */
export function fit(count: number, boxWidth: number, boxHeight: number, gap = 8): Fit {
  const widest = 16 / 9;
  const narrowest = boxWidth < boxHeight ? 4 / 5 : 4 / 3;
  let best: Fit = { columns: 1, rows: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    let width = (boxWidth - gap * (columns - 1)) / columns;
    let height = (boxHeight - gap * (rows - 1)) / rows;
    if (width <= 0 || height <= 0) continue;
    if (width / height > widest) width = height * widest;
    else if (width / height < narrowest) height = width / narrowest;
    if (width * height > best.width * best.height + 1)
      best = { columns, rows, width: Math.floor(width), height: Math.floor(height) };
  }
  return best;
}
