import type { Cohort } from '../api/documents.ts';
import { count, dayName, percent } from '../format.ts';
import { Panel } from './panel.tsx';

/** Darker means that more of the cohort came back. */
const shade = (rate: number | null): string => (rate === null ? 'none' : String(Math.min(5, Math.ceil(rate * 10))));

const RETURNS = [
  { title: 'Day 1', of: ({ day1 }: Cohort) => day1 },
  { title: 'Day 7', of: ({ day7 }: Cohort) => day7 },
  { title: 'Day 30', of: ({ day30 }: Cohort) => day30 },
] as const;

/** Retention of each day's new players. */
export function Retention({ cohorts }: { readonly cohorts: readonly Cohort[] }) {
  const shown = cohorts.filter(({ size }) => size > 0);
  // A day that none of the cohorts has reached is no column.
  const columns = RETURNS.filter(({ of }, index) => index === 0 || shown.some((cohort) => of(cohort) !== null));
  return (
    <Panel title="Retention" note="share of a day's new players who came back">
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">Cohort</th>
            <th scope="col" className="number">
              New players
            </th>
            {columns.map(({ title }) => (
              <th key={title} scope="col" className="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((cohort) => (
            <tr key={cohort.date}>
              <th scope="row">{dayName(cohort.date)}</th>
              <td className="number">{count(cohort.size)}</td>
              {columns.map(({ title, of }) => (
                <td key={title} className="number" data-shade={shade(of(cohort))}>
                  {percent(of(cohort))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
