// Statistics of measured figures: medians, quantiles, fitted lines.

/** The median of one figure or more. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of one figure or more lies, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Least squares y = a + b·x, and the share of the variance that it explains. */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): {
  readonly a: number;
  readonly b: number;
  readonly rSquared: number;
} {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  const b = xy / xx;
  const a = meanY - b * meanX;
  const unexplained = points.reduce((sum, { x, y }) => sum + (y - a - b * x) ** 2, 0);
  return { a, b, rSquared: 1 - unexplained / yy };
}
