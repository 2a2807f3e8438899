/** An ARN as cdk-nag writes it into the id of a finding: `<Ref>` and `<Resource.Attribute>` in place of the intrinsics. */
export function readableArn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [delimiter, parts]: unknown[] = value['Fn::Join'];
    if (Array.isArray(parts)) return parts.map(readableArn).join(String(delimiter));
  }
  throw new Error(`Cannot read ARN: only Ref, Fn::GetAtt and Fn::Join are known, received ${JSON.stringify(value)}`);
}
