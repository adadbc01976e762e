import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  readonly note?: string;
  /** How much of a wide page it takes. */
  readonly size?: 'whole' | 'most' | 'rest' | 'half';
  readonly children: ReactNode;
}

export function Panel({ title, note, size = 'whole', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${size}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {note && <p className="quiet">{note}</p>}
      </div>
      {children}
    </section>
  );
}
