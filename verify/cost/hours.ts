import type { StackResource } from '../assembly/load.ts';
import { Node } from '../tree/node.ts';
import { type Costing, resourcesOfType } from './costing.ts';

/** `cron(15 7 ? * MON-FRI *)`: a minute and an hour on days of the week, as EventBridge Scheduler takes it. */
const CRON = /^cron\((?<minute>\d+) (?<hour>\d+) \? \* (?<first>[A-Z]{3})(?:-(?<last>[A-Z]{3}))? \*\)$/;
const DAYS: readonly string[] = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;
const MINUTES_PER_WEEK = DAYS.length * MINUTES_PER_DAY;

/** Something is switched on or off at a minute of the week. */
export interface Switch {
  readonly minute: number;
  readonly on: boolean;
}

/** The minutes of the week at which a schedule calls; none for an expression of another form. */
export function minutesOf(expression: string): readonly number[] {
  const found = CRON.exec(expression)?.groups;
  if (!found) return [];
  const { minute, hour, first = '', last = first } = found;
  const indexOf = (name: string): number => DAYS.indexOf(name);
  const [from, to] = [indexOf(first), indexOf(last)];
  return DAYS.flatMap((_, day) =>
    day >= from && day <= to ? [day * MINUTES_PER_DAY + Number(hour) * MINUTES_PER_HOUR + Number(minute)] : [],
  );
}

/** The share of a week in which something is on: from each switch to the next. Always on without a switch. */
export function shareOn(switches: readonly Switch[]): number {
  const sorted = switches.toSorted((left, right) => left.minute - right.minute);
  const [first] = sorted;
  if (!first) return 1;
  const minutes = sorted.map(({ minute, on }, index) => {
    const next = sorted[index + 1]?.minute ?? first.minute + MINUTES_PER_WEEK;
    return on ? next - minute : 0;
  });
  return minutes.reduce((sum, each) => sum + each, 0) / MINUTES_PER_WEEK;
}

/** The texts of a value, one after the other: what `Fn::Join` joins. */
const textOf = (node: Node): string => [...node.allTexts()].map(({ text }) => text).join('');

/** Names under which other stacks know a resource: those of its exports, and its own. */
function namesOf({ stack, logicalId, properties }: StackResource, { stacks }: Costing): readonly string[] {
  const outputs = new Node(stacks.find(({ name }) => name === stack)?.template).key('Outputs').entries();
  const exported = outputs
    .filter(([, output]) => [...output.key('Value').allTexts()][0]?.text === logicalId)
    .flatMap(([, output]) => output.at('Export.Name').text ?? []);
  const given = properties.key('DBInstanceIdentifier').text;
  return [...exported, ...(given === undefined ? [] : [given])];
}

const SLEEPING_NODES = /"DesiredSize":0\b/;

/** Whether a call switches on or off; undefined for a call that does something else. */
function effectOf(api: string, input: string): boolean | undefined {
  if (api.endsWith(':startDBInstance')) return true;
  if (api.endsWith(':stopDBInstance')) return false;
  return api.endsWith(':updateNodegroupConfig') ? !SLEEPING_NODES.test(input) : undefined;
}

/** The share of the month that a resource is paid for: schedules of its account may put it to sleep. */
export function shareAwake(resource: StackResource, costing: Costing): number {
  const names = namesOf(resource, costing);
  const switches = resourcesOfType(costing, 'AWS::Scheduler::Schedule').flatMap(({ properties }): readonly Switch[] => {
    const input = textOf(properties.at('Target.Input'));
    const on = effectOf(textOf(properties.at('Target.Arn')), input);
    if (on === undefined || !names.some((name) => input.includes(name))) return [];
    return minutesOf(properties.key('ScheduleExpression').text ?? '').map((minute) => ({ minute, on }));
  });
  return shareOn(switches);
}

const HOURS_PER_WEEK = MINUTES_PER_WEEK / MINUTES_PER_HOUR;

/** `, awake 65 of 168 hours a week`; nothing for what never sleeps. */
export const hoursNote = (share: number): string =>
  share < 1 ? `, awake ${Number((share * HOURS_PER_WEEK).toFixed(1))} of ${HOURS_PER_WEEK} hours a week` : '';
