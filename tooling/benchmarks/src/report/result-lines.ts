import type { Measured } from '../measuring/measured.ts';
import type { ResultLine } from './report.ts';

interface Comparison {
  readonly row: string;
  readonly work: string;
  readonly product: Measured;
  readonly base: { readonly name: string; readonly measured: Measured };
  readonly peakMemory: number | undefined;
}

/** The product reaches at least this part of the base's rate. */
export function atLeast(ratio: number, comparison: Comparison): ResultLine {
  const { product, base } = comparison;
  const reached = product.rate / base.measured.rate;
  return { ...lineOf(comparison), ratio: reached, target: `≥ ${ratio.toFixed(2)}`, ok: reached >= ratio };
}

/** Both rates are alike: neither is more than so many times the other. */
export function alike(times: number, comparison: Comparison): ResultLine {
  const { product, base } = comparison;
  const apart = Math.max(base.measured.rate / product.rate, product.rate / base.measured.rate);
  return { ...lineOf(comparison), ratio: apart, target: `≤ ${times.toFixed(1)}`, ok: apart <= times };
}

/** A comparison that nothing is asked of. */
export function asContext(comparison: Comparison): ResultLine {
  const { product, base } = comparison;
  return { ...lineOf(comparison), ratio: product.rate / base.measured.rate, target: 'none', ok: true };
}

/** The product is at most so many times slower than the base. */
export function within(times: number, comparison: Comparison): ResultLine {
  const { product, base } = comparison;
  const slower = base.measured.rate / product.rate;
  return { ...lineOf(comparison), ratio: slower, target: `≤ ${times.toFixed(1)}`, ok: slower <= times };
}

function lineOf({ row, work, product, base, peakMemory }: Comparison) {
  return {
    row,
    work,
    rate: product.rate,
    base: { name: base.name, rate: base.measured.rate },
    p50: product.p50,
    p99: product.p99,
    ...(peakMemory !== undefined && { peakMemory }),
  };
}
