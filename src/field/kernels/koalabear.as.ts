// KoalaBear kernels.
// @ts-ignore: decorator
@inline const P: u32 = 2130706433;
// @ts-ignore: decorator
@inline
function splatP(): v128 {
  return i32x4.splat(P);
}
export function addWords(a: usize, b: usize, out: usize, byteLength: usize): void {
  for (let end = a + byteLength; a < end; a += 16, b += 16, out += 16) {
    const sum = i32x4.add(v128.load(a), v128.load(b));
    v128.store(out, i32x4.min_u(sum, i32x4.sub(sum, splatP())));
  }
}
