# Only production is worth it.
[ "$PLATFORM_ENVIRONMENT_TYPE" = production ] || exit 0
webpaas backup:create --yes
