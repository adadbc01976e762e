import type { ReactNode } from 'react';

interface TileProps {
  readonly label: string;
  readonly value: ReactNode;
  /** The same figure yesterday, as a change. */
  readonly change?: string | undefined;
  readonly detail?: string | undefined;
}

/** One figure with its name and what it is compared with. */
export function Tile({ label, value, change, detail }: TileProps) {
  return (
    <div className="tile">
      <dt>{label}</dt>
      <dd>
        <span className="value">{value}</span>
        {change && (
          <span className={`change ${change.startsWith('+') ? 'up' : 'down'}`} title="against the whole of yesterday">
            {change} <span className="quiet">vs yesterday</span>
          </span>
        )}
        {detail && <span className="quiet">{detail}</span>}
      </dd>
    </div>
  );
}
