import { ruleOf } from '../../arith/requantizers/registry.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import type {
  Equality,
  Parameters,
  RequantizerCase,
  RequantizerRule,
} from '../../arith/requantizers/rule.js';
import type { RequantizerContract, Subject } from '../contract.js';
import { plain } from './plain.js';
import { stated } from './statement.js';
import type { RequantizerProperty } from './property.js';

/**
 * Whether a requantizer returns the codes of a rule of the registry: with the same parameters where it is made like that
 * rule, else with the rule's parameters for the same factor. Cases count where both contracts and the condition hold.
 */
export function equalTo(name: RuleName, subject: Subject, equality?: Equality): RequantizerProperty {
  const rule = ruleOf(name);
  const when = equality?.when ?? '';
  const onRule = (request: RequantizerCase, contract: RequantizerContract): RequantizerCase | null => {
    const parameters = translated(request.parameters, contract, rule);
    return parameters === null ? null : { ...request, parameters };
  };
  return stated(
    {
      name: `equalTo ${name}`,
      sentence: `The codes are those of ${name}${when === '' ? '' : `, where ${when}`}.`,
      cases: (drawn, contract) => {
        const request = contract === rule ? drawn : plain(drawn, contract);
        if (equality?.holds?.(request) === false) return null;
        const same = onRule(request, contract);
        return same !== null && rule.holds(same) ? [request] : null;
      },
      agrees: ([code], [request], contract) => code === rule.code(onRule(request!, contract)!),
    },
    subject,
  );
}

/** Parameters of the same factor; the same ones for the same rule. A negative factor has none in another rule. */
export function translated(
  parameters: Parameters,
  contract: RequantizerContract,
  rule: RequantizerRule,
): Parameters | null {
  if (contract === rule) return parameters;
  const factor = contract.factor(parameters);
  return factor.multiplier < 0n ? null : rule.withFactor(factor);
}
