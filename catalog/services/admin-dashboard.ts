import { Scaling, type Service } from '../model/index.ts';
import { Objectives } from './objectives.ts';
import { httpPorts } from './ports.ts';

export const adminDashboard = {
  name: 'admin-dashboard',
  summary: 'What people see: live overview, KPIs, pipeline health, dead letters, players.',
  owner: 'insights',
  status: 'built',
  ports: httpPorts(0, 'public'),
  publicPaths: ['/'],
  verifiesTokens: true,
  consumes: [],
  produces: [],
  stores: [{ store: 'artifacts', access: 'read', purpose: 'reports on cost, chaos and drills' }],
  calls: [
    { service: 'analytics-api', port: 'http', purpose: 'every figure, over GraphQL' },
    { service: 'event-processor-service', port: 'http', purpose: 'browse and replay dead letters' },
    { service: 'user-service', port: 'http', purpose: 'sign in, export and erase a player' },
    { service: 'notification-service', port: 'http', purpose: 'delivery status' },
    { service: 'recommendation-engine', port: 'http', purpose: 'preview of recommendations' },
    { service: 'progression-service', port: 'http', purpose: 'progression of a character' },
    { service: 'regional-node', port: 'http', purpose: 'the map of the game nodes' },
  ],
  outside: [],
  settings: [
    { variable: 'OIDC_CLIENT_ID', value: 'admin-dashboard', purpose: 'how the page is called where people sign in' },
  ],
  scaling: Scaling.cpu(2, 4, 70),
  minAvailable: 1,
  resources: { cpuMillis: 100, memoryMiB: 192, origin: 'serves static files and passes requests on' },
  priority: 'standard',
  objectives: [Objectives.availability(0.999)],
  metrics: [
    {
      name: 'dashboard_upstream_errors_total',
      type: 'counter',
      help: 'Requests passed on that failed, by service. Growth means that people see error states.',
      labels: ['service'],
    },
  ],
  personalData: [{ field: 'player_id', purpose: 'shown to operators who ask for a player', rests: false }],
} as const satisfies Service;
