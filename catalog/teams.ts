import type { Team } from './model/index.ts';

export const teams = [
  {
    name: 'platform',
    summary: 'AWS, the cluster, Kafka, delivery and the tools of this repository.',
    channel: '#gm-platform',
    costCentre: 'gm-platform',
  },
  {
    name: 'pipeline',
    summary: 'From the first byte of an event to its row: ingestion, processing, the event store.',
    channel: '#gm-pipeline',
    costCentre: 'gm-pipeline',
  },
  {
    name: 'insights',
    summary: 'What people see of it: the analytics API, the dashboard, recommendations.',
    channel: '#gm-insights',
    costCentre: 'gm-insights',
  },
  {
    name: 'players',
    summary: 'People: accounts, consent, erasure, notifications, retention.',
    channel: '#gm-players',
    costCentre: 'gm-players',
  },
  {
    name: 'worlds',
    summary: 'The game side: regional nodes and progression.',
    channel: '#gm-worlds',
    costCentre: 'gm-worlds',
  },
] as const satisfies readonly Team[];

export type TeamName = (typeof teams)[number]['name'];
