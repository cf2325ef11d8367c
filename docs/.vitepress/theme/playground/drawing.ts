// A small grey picture that someone draws: strokes of a soft pen, and the frame in which a network expects a digit.

/** Pixels of a picture, row by row, 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Within this distance of the pen's centre a pixel is fully drawn; it fades over one pixel more. */
const PEN_RADIUS = 0.7;
/** The share of the picture's side that a digit fills, as in the data that the networks learnt from. */
const DIGIT_SHARE = 20 / 28;

export function blank(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height) };
}

export function isBlank({ pixels }: Picture): boolean {
  return pixels.every((pixel) => pixel === 0);
}

/** Draws a line between two points, in pixels from the upper left corner; changes the picture. */
export function drawLine({ width, height, pixels }: Picture, from: readonly number[], to: readonly number[]): void {
  const steps = Math.max(1, Math.ceil(4 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let step = 0; step <= steps; step++) {
    const x = from[0] + ((to[0] - from[0]) * step) / steps;
    const y = from[1] + ((to[1] - from[1]) * step) / steps;
    for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(height - 1, y + 2); row++) {
      for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(width - 1, x + 2); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const ink = Math.round(255 * Math.min(1, Math.max(0, PEN_RADIUS + 1 - distance)));
        const at = row * width + column;
        if (ink > pixels[at]) pixels[at] = ink;
      }
    }
  }
}

/** A three, each stroke as points in pixels from the upper left corner. */
const THREE = [
  [8, 8.5],
  [10.5, 6],
  [14, 5],
  [17.5, 6],
  [19, 8.5],
  [17.8, 11.5],
  [13.5, 13.3],
  [18, 14.8],
  [20, 18],
  [18.4, 21.6],
  [14, 23],
  [10, 22],
  [7.5, 19.5],
];

/** A digit for those who do not want to draw one. */
export function exampleDigit(): Picture {
  const picture = blank(28, 28);
  for (let k = 1; k < THREE.length; k++) drawLine(picture, THREE[k - 1], THREE[k]);
  return picture;
}

/** The digit as the data shows it: scaled to fill its share of the picture, its centre of mass in the middle. */
export function framed(picture: Picture): Picture {
  const { width, height, pixels } = picture;
  const box = boundingBox(picture);
  if (box === undefined) return picture;
  const scale = Math.min((DIGIT_SHARE * width) / box.width, (DIGIT_SHARE * height) / box.height);
  let [mass, massX, massY] = [0, 0, 0];
  pixels.forEach((pixel, at) => {
    mass += pixel;
    massX += pixel * ((at % width) + 0.5);
    massY += pixel * (Math.floor(at / width) + 0.5);
  });
  const [centreX, centreY] = [massX / mass, massY / mass];
  const result = blank(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / scale + centreX;
      const y = (row + 0.5 - height / 2) / scale + centreY;
      result.pixels[row * width + column] = Math.round(meanAround(picture, x, y, Math.max(1, 1 / scale)));
    }
  }
  return result;
}

/** The smallest box that holds all ink. */
function boundingBox({
  width,
  height,
  pixels,
}: Picture): { readonly width: number; readonly height: number } | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  pixels.forEach((pixel, at) => {
    if (pixel === 0) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  return right < 0 ? undefined : { width: right - left + 1, height: bottom - top + 1 };
}

/** The mean of a square of `side` around a point; nothing lies beyond the picture. */
function meanAround({ width, height, pixels }: Picture, x: number, y: number, side: number): number {
  let total = 0;
  for (let row = Math.floor(y - side / 2); row < y + side / 2; row++) {
    const down = overlap(row, y, side);
    if (row < 0 || row >= height || down <= 0) continue;
    for (let column = Math.floor(x - side / 2); column < x + side / 2; column++) {
      const across = overlap(column, x, side);
      if (column >= 0 && column < width && across > 0) total += pixels[row * width + column] * down * across;
    }
  }
  return total / (side * side);
}

/** How much of the pixel [at, at + 1) lies within `side` around `centre`. */
function overlap(at: number, centre: number, side: number): number {
  return Math.min(at + 1, centre + side / 2) - Math.max(at, centre - side / 2);
}

/**
 * A photograph as ink on nothing: grey, and turned where it is dark on light.
 *
 * @param rgba - four bytes a pixel
 */
export function fromPhotograph(rgba: ArrayLike<number>, width: number, height: number): Picture {
  const result = blank(width, height);
  let total = 0;
  for (let at = 0; at < result.pixels.length; at++) {
    const grey = 0.299 * rgba[4 * at] + 0.587 * rgba[4 * at + 1] + 0.114 * rgba[4 * at + 2];
    result.pixels[at] = Math.round(grey);
    total += grey;
  }
  const isLight = total / result.pixels.length > 127;
  return isLight ? { ...result, pixels: result.pixels.map((pixel) => 255 - pixel) } : result;
}
