import { type CostLine, type CostReport, largest, type PlaceCost, type Range } from '#verify/cost/index.ts';
import { type Column, table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

const SHOWN_LINES = 12;
const NAMED_WHEN_ABOVE = 3;

const money = (usd: number): string => usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const RIGHT = 'right' as const;

const sums = (title: string): readonly Column[] => [
  { title },
  { title: 'BASE $', align: RIGHT },
  { title: 'PEAK $', align: RIGHT },
];
const sumRow = (name: string, usd: Range): readonly string[] => [name, money(usd.base), money(usd.peak)];

/** The letter of a source, or the reason of an assumption; what is not a good source says so. */
function sourceOf({ price: { quality, source }, expected }: CostLine, { colours }: Terminal): string {
  const origin = quality === 'sourced' ? source : colours.yellow(`${quality}: ${source}`);
  return expected === undefined ? origin : `${origin}; ${colours.yellow(`expected: ${expected}`)}`;
}

function lineTable(lines: readonly CostLine[], terminal: Terminal): string {
  return table(
    [...sums('LINE'), { title: 'PRICE' }, { title: 'SOURCE' }],
    lines.map((line) => [
      `${line.awsService}: ${line.what}`,
      line.usd ? money(line.usd.base) : '?',
      line.usd ? money(line.usd.peak) : '?',
      line.price.usd === undefined ? 'none' : `${Number(line.price.usd.toPrecision(4))} a ${line.price.unit}`,
      sourceOf(line, terminal),
    ]),
  );
}

const verdictText = (place: PlaceCost, { colours }: Terminal): string => {
  const limit = place.budget ? `budget ${money(place.budget.minUsd)} to ${money(place.budget.maxUsd)}` : '';
  const text = {
    within: colours.green(`within the ${limit}`),
    above: colours.red(`above the ${limit}`),
    unconfirmed: colours.yellow(`${limit} unconfirmed: something has no price or no decision`),
    'no budget': 'no budget of its own',
  } as const;
  return text[place.verdict];
};

const bullets = (title: string, sentences: readonly string[]): readonly string[] =>
  sentences.length === 0 ? [] : ['', title, ...sentences.map((sentence) => `  ${sentence}`)];

function perMillion({ perMillionEvents, events }: PlaceCost): readonly string[] {
  if (!perMillionEvents || !events) return [];
  const { average, peak } = events;
  return [
    `A million events cost $${money(perMillionEvents.base)} at ${average.toLocaleString('en')} events/s, and $${money(perMillionEvents.peak)} at ${peak.toLocaleString('en')} events/s.`,
  ];
}

const entries = (list: PlaceCost['missing']): readonly string[] =>
  list.map(({ what, why, count }) => `${what}${count > 1 ? ` (${count})` : ''}: ${why}`);

/** One place: its sum against its budget, by AWS service, by owner, its dearest lines, and what nobody priced. */
function placeView(place: PlaceCost, terminal: Terminal): readonly string[] {
  const { colours } = terminal;
  const { name, region, total, lines } = place;
  const heading = `${name} (${region}): $${money(total.base)} a month at base, $${money(total.peak)} at peak`;
  const hidden = lines.length - SHOWN_LINES;
  return [
    `${colours.bold(heading)}, ${verdictText(place, terminal)}`,
    ...perMillion(place),
    ...(place.verdict === 'above'
      ? bullets(
          'The three largest lines:',
          largest(lines, NAMED_WHEN_ABOVE).map(
            ({ awsService, what, usd }) => `${awsService}: ${what}  $${money(usd?.base ?? 0)}`,
          ),
        )
      : []),
    '',
    table(
      sums('AWS SERVICE'),
      place.byAwsService.map((row) => sumRow(row.name, row.usd)),
    ),
    '',
    table(
      sums('CAUSED BY'),
      place.byOwner.map((row) => sumRow(row.name, row.usd)),
    ),
    '',
    lineTable(lines.slice(0, SHOWN_LINES), terminal),
    ...(hidden > 0 ? [colours.dim(`… and ${hidden} smaller lines; --json prints all of them.`)] : []),
    ...bullets('Without a price:', entries(place.missing)),
    ...bullets('Nobody decided what it costs:', entries(place.undecided)),
    ...bullets('Not in the sum:', entries(place.unpriced)),
    ...bullets('Worth knowing:', place.notes),
    '',
  ];
}

/** Assumed prices of all places, each once. */
function assumptions({ places }: CostReport): readonly string[] {
  const doubtful = places
    .flatMap(({ lines }) => lines)
    .filter(({ price }) => price.quality === 'assumed' || price.quality === 'secondary')
    .map(({ awsService, what, price }) => `${awsService}, ${what}: ${price.quality}, ${price.source}`);
  return [...new Set(doubtful)];
}

export function costView(report: CostReport, terminal: Terminal): string {
  const { colours } = terminal;
  const letters = Object.entries(report.sources).map(([letter, source]) => `${letter}: ${source}`);
  return [
    ...report.places.flatMap((place) => placeView(place, terminal)),
    colours.bold('Prices without a good source'),
    ...assumptions(report).map((sentence) => `  ${sentence}`),
    '',
    colours.bold('Sources'),
    ...(letters.length > 0
      ? letters.map((sentence) => `  ${sentence}`)
      : ['  No prices are at hand, so nothing has a sum: give a folder with --prices DIR.']),
    '  Loads, bytes and volumes: catalog/cost.ts. Peak: as if the peak load lasted the whole month.',
  ].join('\n');
}
