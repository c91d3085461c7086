// Where the fake differs from the published API description, and why. `change` is `extra` (a property that the description
// does not have), `absent` (one that it requires and we leave out) or `other` (one with another type or value).
export const deviations = [
  { schema: '*', property: '_links', change: 'extra', reason: 'the client follows links on every resource (contract 3.2); the description leaves them out of the project side' },
  { schema: '*', property: 'id', change: 'extra', reason: 'the client needs the id of every project-side resource (endpoints.md, "Resource shapes"); the description leaves it out' },
  { schema: 'AcceptedResponse', property: '_embedded', change: 'extra', reason: 'the client reads entity and activities of every change from it, and nothing else (contract 3.6)' },
  { schema: '*', property: 'subscription_id', change: 'other', reason: 'the client refuses a number in a project stub (endpoints.md, "Number or string")' },
  { schema: 'Project', property: 'status', change: 'other', reason: 'the client takes a project for suspended only where its status is that word (contract 4.2)' },
  { schema: '*', property: 'supports_horizontal_scaling_services', change: 'extra', reason: 'the client filters the services that can scale by it (endpoints.md, "Capabilities")' },
  { schema: '*', property: 'original_url', change: 'extra', reason: 'the client reads it of every route without a check (endpoints.md, "Deployment")' },
  { schema: '*', property: 'ssl', change: 'extra', reason: 'the client lists ssl.has_certificate of every domain, and compares the rest (endpoints.md, "Domain")' },
  { schema: '*', property: 'otlplog', change: 'extra', reason: 'the client can add this type, and asks whether it may (endpoints.md, "Integrations")' },
  { schema: 'AutoscalerSettings', property: 'services', change: 'other', reason: 'the client reads services.NAME.enabled and .triggers (endpoints.md, "Autoscaling"); the description has one level more' },
  { schema: '*', property: 'object', change: 'extra', reason: 'the client sets resources.disk.object, and reads it back (endpoints.md, "Deployments and resources")' },
];
