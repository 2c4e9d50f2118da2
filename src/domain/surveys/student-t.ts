/** The quantile of Student's t that 95 % intervals of means need: how many standard errors to each side. */

/** The same of the normal distribution. */
export const Z95 = 1.959963984540054

const TAILS = 0.05

/**
 * Between minus this and this lie 95 % of Student's t.
 *
 * @param df - degrees of freedom, 1 or more; need not be whole (Welch).
 */
export function t95(df: number): number {
  if (df >= 1000) return byExpansion(df)
  let low = Z95
  let high = 13
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (tailsBeyond(middle, df) > TAILS) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Fisher and Cornish's expansion about the normal quantile; at 1,000 degrees and more it is exact to the last digits. */
function byExpansion(df: number): number {
  const z = Z95
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / df + second / df ** 2 + third / df ** 3
}

/** The share of Student's t that is further from 0 than t: the regularised incomplete beta function. */
function tailsBeyond(t: number, df: number): number {
  const [a, b] = [df / 2, 0.5]
  const x = df / (df + t * t)
  const rest = (t * t) / (df + t * t)
  const factor = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest))
  return x < (a + 1) / (a + b + 2)
    ? (factor * continuedFraction(x, a, b)) / a
    : 1 - (factor * continuedFraction(rest, b, a)) / b
}

/** Lentz's evaluation of the continued fraction 26.5.8 of Abramowitz and Stegun. */
function continuedFraction(x: number, a: number, b: number): number {
  const safe = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)
  let c = 1
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    const change = d * c
    result *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return result
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** Lanczos' approximation, g = 7. */
function logGamma(value: number): number {
  const z = value - 1
  const base = z + 7.5
  const sum = LANCZOS.reduce((total, coefficient, n) => total + (n === 0 ? coefficient : coefficient / (z + n)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum)
}
