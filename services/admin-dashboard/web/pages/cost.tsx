import { useRest } from '../api/rest.ts';
import { Panel } from '../components/panel.tsx';
import { Empty, Failed, Loading } from '../components/states.tsx';
import { Tile } from '../components/tile.tsx';
import { dollars } from '../format.ts';

interface Amount {
  readonly base: number;
  readonly peak: number;
}

interface Subtotal {
  readonly name: string;
  readonly usd: Amount;
}

interface Place {
  readonly name: string;
  readonly kind: string;
  readonly region: string;
  readonly verdict: string;
  readonly total: Amount;
  readonly budget?: { readonly minUsd: number; readonly maxUsd: number };
  readonly perMillionEvents?: Amount;
  readonly byAwsService: readonly Subtotal[];
  readonly byOwner: readonly Subtotal[];
}

interface Report {
  readonly withinBudgets: boolean;
  readonly places: readonly Place[];
}

const LARGEST = 8;

function Sums({ title, sums }: { readonly title: string; readonly sums: readonly Subtotal[] }) {
  const shown = [...sums].sort((one, other) => other.usd.base - one.usd.base).slice(0, LARGEST);
  const most = shown[0]?.usd.base ?? 1;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="number">
            A month
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, usd }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              <meter min={0} max={most} value={usd.base} aria-label={`share of ${name}`} />
            </th>
            <td className="number">{dollars(usd.base)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PlaceCost({ place }: { readonly place: Place }) {
  const { name, region, total, budget, verdict, perMillionEvents, byAwsService, byOwner } = place;
  return (
    <Panel title={name} note={`${place.kind} in ${region}`}>
      <dl className="tiles">
        <Tile label="A month" value={dollars(total.base)} detail={`${dollars(total.peak)} at the peak load`} />
        <Tile
          label="Budget"
          value={<span className={verdict === 'above' ? 'bad' : ''}>{verdict}</span>}
          detail={budget ? `${dollars(budget.minUsd)} to ${dollars(budget.maxUsd)}` : undefined}
        />
        {perMillionEvents && (
          <Tile
            label="A million events"
            value={dollars(perMillionEvents.base, 2)}
            detail={`${dollars(perMillionEvents.peak, 2)} at the peak load`}
          />
        )}
      </dl>
      <div className="pair">
        <Sums title="AWS service" sums={byAwsService} />
        <Sums title="Caused by" sums={byOwner} />
      </div>
    </Panel>
  );
}

/** What the platform costs in AWS, from the newest report. */
export function Cost() {
  const loaded = useRest<Report>('/reports/cost');
  if (loaded.state === 'loading') return <Loading what="the report" />;
  if (loaded.state === 'failed' && loaded.code === 'REPORT_NOT_FOUND')
    return (
      <Empty
        title="No cost report yet"
        hint="npm run -s gm -- cost --json > .gamemetrics/objects/artifacts/reports/cost.json"
      />
    );
  if (loaded.state === 'failed') return <Failed message={loaded.message} retry={loaded.retry} />;
  return (
    <div className="grid">
      {loaded.data.places.map((place) => (
        <PlaceCost key={`${place.name} ${place.region}`} place={place} />
      ))}
    </div>
  );
}
