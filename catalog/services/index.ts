import type { Service } from '../model/index.ts';
import { adminDashboard } from './admin-dashboard.ts';
import { analyticsApi } from './analytics-api.ts';
import { dataRetentionService } from './data-retention-service.ts';
import { eventIngestionService } from './event-ingestion-service.ts';
import { eventProcessorService } from './event-processor-service.ts';
import { notificationService } from './notification-service.ts';
import { progressionService } from './progression-service.ts';
import { recommendationEngine } from './recommendation-engine.ts';
import { regionalNode } from './regional-node.ts';
import { userService } from './user-service.ts';

export const services = [
  eventIngestionService,
  eventProcessorService,
  recommendationEngine,
  analyticsApi,
  userService,
  notificationService,
  dataRetentionService,
  adminDashboard,
  progressionService,
  regionalNode,
] as const satisfies readonly Service[];

export type ServiceName = (typeof services)[number]['name'];
