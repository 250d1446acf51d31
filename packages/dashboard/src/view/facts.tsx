/** Names and values; what is not known is left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: string | undefined | false])[] }) {
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
