import type { GateCheck, GateReport, GateSummary } from '@/lib/contract/gate.ts';
import { printTable } from '../output.ts';
import { round } from './train.ts';

/** Prints what a gate says: one line a check, then what had to be done without. */
export function printGate(gate: GateSummary & { readonly report: GateReport }): void {
  printTable(
    gate.report.checks.map((check) => ({
      check: check.name,
      target: targetOf(check),
      [gate.against ?? 'champion']: round(check.other),
      [gate.version]: round(check.own),
      difference: round(check.difference),
      '95 %': check.differenceInterval ? check.differenceInterval.map(round).join(' to ') : '',
      '': check.passed === null ? '' : check.passed ? 'pass' : 'FAIL',
    })),
    'The gate has no checks.',
  );
  for (const { set, rows, trainedOn } of gate.report.sets)
    console.log(`${set}: ${rows} rows${trainedOn > 0 ? `, ${trainedOn} left out as trained on` : ''}`);
  for (const note of gate.report.notes) console.log(note);
  console.log(
    gate.passed ? `${gate.version} passes the gate` : `${gate.version} fails: ${gate.failed.join(', ')}`,
  );
}

function targetOf({ target, other }: GateCheck): string {
  if (target) return `${target.bound === 'least' ? '≥' : '≤'} ${target.value}`;
  return other === null ? '' : 'not worse';
}
