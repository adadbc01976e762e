import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly note?: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, note, wide, children }: PanelProps) {
  return (
    <section className={wide ? 'panel wide' : 'panel'}>
      <h2>
        {title}
        {note && <span className="quiet"> {note}</span>}
      </h2>
      {children}
    </section>
  );
}
