import { gatewayDocument } from './document.ts';
import { gatewayRoutes } from './routes.ts';
import { PLACEHOLDERS, template } from './template.ts';

/** `gateway.json.tftpl`: the gateway's document, in which Terraform fills in where the functions are. */
export const gatewayTemplate = (): string => template(gatewayDocument(gatewayRoutes(), PLACEHOLDERS));
