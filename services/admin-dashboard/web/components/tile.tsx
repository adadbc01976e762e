import type { ReactNode } from 'react';

interface TileProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: string | undefined;
}

/** One figure with its name and what puts it into proportion. */
export function Tile({ label, value, detail }: TileProps) {
  return (
    <div className="tile">
      <dt>{label}</dt>
      <dd>
        <span className="value">{value}</span>
        <span className="quiet">{detail ?? '\u00a0'}</span>
      </dd>
    </div>
  );
}
