import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

export interface Series {
  readonly label: string;
  /** A custom property of the styles that holds the colour. */
  readonly colour: '--accent' | '--second';
  readonly kind: 'area' | 'bars';
}

interface PlotProps {
  /** Said to those who do not see the picture. */
  readonly description: string;
  /** Unix seconds. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly series: Series;
  readonly height: number;
  readonly timeZone?: string;
}

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function optionsOf({ series, height, timeZone }: PlotProps, width: number): uPlot.Options {
  const stroke = colourOf(series.colour);
  const quiet = colourOf('--quiet');
  const grid = { stroke: colourOf('--line'), width: 1 };
  const axis = { stroke: quiet, grid, ticks: grid, font: '12px system-ui' };
  const bars = series.kind === 'bars' && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 48] }) } : {};
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    ...(timeZone ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), timeZone) } : {}),
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [axis, { ...axis, size: 56 }],
    series: [{}, { label: series.label, stroke, width: 2, fill: `${stroke}2e`, points: { show: false }, ...bars }],
  };
}

/** A chart that follows the width of its place and the colours of the theme. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const { description, times, values, height } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: data arrives through the effect below
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(props, element.clientWidth), [[...times], [...values]], element);
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

  return <div className="plot" ref={place} role="img" aria-label={description} />;
}
