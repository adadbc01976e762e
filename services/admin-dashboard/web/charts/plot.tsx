import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { count } from '../format.ts';
import type { TimeAxis } from './axes.ts';

interface PlotProps {
  readonly title: string;
  /** Said to those who do not see the picture. */
  readonly description: string;
  /** Unix seconds. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly kind: 'area' | 'bars';
  /** A custom property of the styles that holds the colour. */
  readonly colour: '--accent' | '--second';
  readonly axis: TimeAxis;
  readonly height: number;
}

const FONT = '12px system-ui, sans-serif';
/** What the largest value leaves free above itself. */
const HEADROOM = 1.12;
/** The least height of a picture, so that its ticks are whole numbers. */
const LEAST = 4;
const FILL_OPACITY = { area: '2e', bars: 'd9' } as const;

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Where the picture begins and ends; without points it ends now. */
function timeRange(
  { windowSeconds, padSeconds, stepSeconds }: TimeAxis,
  first?: number,
  last?: number,
): uPlot.Range.MinMax {
  const end = last ?? Date.now() / 1_000;
  const begin = windowSeconds ? end - windowSeconds : (first ?? end - (stepSeconds[0] ?? 1));
  return [begin - padSeconds, end + padSeconds];
}

function axesOf(axis: TimeAxis): uPlot.Axis[] {
  const line = { stroke: colourOf('--line'), width: 1 };
  const common = { stroke: colourOf('--quiet'), font: FONT, ticks: { show: false } };
  return [
    {
      ...common,
      grid: { show: false },
      size: 28,
      space: 64,
      incrs: [...axis.stepSeconds],
      values: (_, splits) => splits.map((seconds) => axis.label(seconds * 1_000)),
    },
    { ...common, grid: line, size: 52, space: 36, values: (_, splits) => splits.map(count) },
  ];
}

function optionsOf(props: PlotProps, width: number, onPoint: (index: number | undefined) => void): uPlot.Options {
  const { axis, kind, height, times } = props;
  const colour = colourOf(props.colour);
  const bars =
    kind === 'bars' && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.72, 56], radius: 0.18 }) } : {};
  return {
    width,
    height,
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), axis.timeZone),
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === 'area' } },
    scales: {
      x: { range: () => timeRange(axis, times[0], times.at(-1)) },
      y: { range: (_, __, max) => [0, Math.max(LEAST, (max ?? 0) * HEADROOM)] },
    },
    axes: axesOf(axis),
    series: [
      {},
      {
        stroke: colour,
        width: kind === 'area' ? 2 : 0,
        fill: colour + FILL_OPACITY[kind],
        points: { show: false },
        ...bars,
      },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** A chart that follows the width of its place and the colours of the theme; under it what the pointer is at. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [point, setPoint] = useState<number>();
  const { title, description, times, values, axis, height } = props;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = (): void => {
      plot.current?.destroy();
      // Read anew at each draw: the range of time moves with the points.
      const current: PlotProps = {
        ...latest.current,
        get times() {
          return latest.current.times;
        },
      };
      const data: uPlot.AlignedData = [[...current.times], [...current.values]];
      plot.current = new uPlot(optionsOf(current, element.clientWidth, setPoint), data, element);
    };
    draw();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    dark.addEventListener('change', draw);
    size.observe(element);
    return () => {
      dark.removeEventListener('change', draw);
      size.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [height]);

  useEffect(() => plot.current?.setData([[...times], [...values]]), [times, values]);

  const at = point === undefined ? undefined : times[point];
  const value = point === undefined ? undefined : values[point];
  return (
    <figure>
      <div className="plot" ref={place} role="img" aria-label={description} data-height={height} />
      <figcaption>
        {at === undefined || value === undefined ? title : `${axis.label(at * 1_000)} · ${count(value)}`}
      </figcaption>
    </figure>
  );
}
