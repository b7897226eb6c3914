import type { Status, TargetStatus } from '../../app/status.ts';
import { count } from '../../core/count.ts';
import { clean } from './clean.ts';
import { finish, type Style } from './style.ts';
import { table } from './table.ts';
import { moment } from './time.ts';
import { wrap } from './wrap.ts';

/** The answer first: whether all is in step; then a line a target; then what somebody has to see to. */
export function renderStatus(status: Status, style: Style): string {
  const { width, paint } = style;
  const { targets, at } = status;
  const sum = (of: (target: TargetStatus) => number): number => targets.reduce((all, target) => all + of(target), 0);
  const down = targets.filter(({ fault }) => fault !== undefined);
  const waiting = sum((t) => t.changes);
  const where = [
    ...(['', 'default'].includes(status.environment) ? [] : [clean(status.environment)]),
    ...(status.sandbox ? ['sandbox'] : []),
  ];
  const parts = [
    ...(down.length > 0 ? [`${count(down.length, 'target does', 'targets do')} not answer`] : []),
    ...(waiting > 0 ? [count(waiting, 'change waits', 'changes wait')] : []),
    ...(sum((t) => t.motion) > 0 ? [`${sum((t) => t.motion)} in motion`] : []),
    `${sum((t) => t.inStep)} of ${sum((t) => t.total)} in step`,
  ];
  const good = down.length === 0 && waiting === 0;
  const answer = [...(where.length > 0 ? [`${where.join(', ')}: `] : []), parts.join(' · ')].join('');
  const last = status.lastRun;
  const when = [
    `Looked at ${moment(at)} UTC${status.commit === undefined ? '' : `, manifests at ${clean(status.commit.slice(0, 7))}`}.`,
    ...(last === undefined ? [] : [`Last run: ${clean(last.run)}, ${moment(last.at, at)} UTC, ${clean(last.outcome)}.`]),
  ].join(' ');
  const paragraphs = [
    wrap(answer, { width })
      .map((line) => paint(good ? 'good' : 'warn', line))
      .join('\n'),
    table({
      columns: ['target', 'provider', 'in step', 'changes', 'state'],
      rows: targets.map((target) => [
        target.name,
        target.provider,
        `${target.inStep} of ${target.total}`,
        String(target.changes),
        state(target, at),
      ]),
      style,
      role: (cell, column) => (column === 4 && cell !== '' && cell !== 'in step' ? 'warn' : undefined),
    }).trimEnd(),
    wrap(when, { width })
      .map((line) => paint('dim', line))
      .join('\n'),
  ];
  return finish(`${paragraphs.join('\n\n')}\n`);
}

function state({ fault, unobserved, unreadable, open, motion, changes, lease }: TargetStatus, at: string): string {
  const parts = [
    ...(fault === undefined ? [] : [`does not answer: ${fault.summary}`]),
    ...(unobserved > 0 ? [`${unobserved} not judged${unreadable === undefined ? '' : `: ${unreadable.summary}`}`] : []),
    ...(open > 0 ? [`${count(open, 'call')} without an answer: the next apply looks`] : []),
    ...(motion > 0 ? [`${motion} in motion`] : []),
    ...(lease === undefined ? [] : [`${lease.holder} is writing, until ${moment(lease.expiresAt, at)} UTC`]),
  ];
  if (parts.length > 0) return parts.join('; ');
  return changes > 0 ? '' : 'in step';
}
