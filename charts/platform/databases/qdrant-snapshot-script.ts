/**
 * Makes a snapshot of each collection, copies it to S3 and removes it from the server, with nothing but curl: the image has
 * no more. Credentials come from the agent of EKS Pod Identity, which wants the pod's token (EKS guide, «Pod Identity»).
 */
export const snapshotScript = `#!/bin/sh
set -eu
api() {
  curl --fail --silent --show-error --cacert "$QDRANT_CA" --header "api-key: $(cat "$QDRANT_KEY_FILE")" "$@"
}
names() {
  tr ',{}[]' '\\n' | sed -n 's/^"name":"\\([^"]*\\)"$/\\1/p'
}
credentials=$(curl --fail --silent --show-error --header "Authorization: $(cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")" "$AWS_CONTAINER_CREDENTIALS_FULL_URI")
field() {
  printf '%s' "$credentials" | tr ',{}' '\\n' | sed -n 's/^ *"'"$1"'" *: *"\\([^"]*\\)" *$/\\1/p'
}
key=$(field AccessKeyId) secret=$(field SecretAccessKey) token=$(field Token)
[ -n "$key" ] && [ -n "$secret" ] && [ -n "$token" ] || { echo 'The agent gave no credentials.' >&2; exit 1; }
collections=$(api "$QDRANT/collections" | names)
for collection in $collections; do
  snapshot=$(api --request POST "$QDRANT/collections/$collection/snapshots" | names)
  [ -n "$snapshot" ] || { echo "No snapshot of $collection was made." >&2; exit 1; }
  api --output "$WORK/snapshot" "$QDRANT/collections/$collection/snapshots/$snapshot"
  # On standard input, because arguments are everybody's to read.
  printf 'user = "%s:%s"\\nheader = "x-amz-security-token: %s"\\n' "$key" "$secret" "$token" |
    curl --config - --fail --silent --show-error --aws-sigv4 "aws:amz:$REGION:s3" \\
      --upload-file "$WORK/snapshot" "$TARGET$collection/$snapshot"
  api --request DELETE --output /dev/null "$QDRANT/collections/$collection/snapshots/$snapshot"
  rm "$WORK/snapshot"
  echo "$collection: $snapshot is kept"
done
`;
