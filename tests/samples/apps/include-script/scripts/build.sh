set -e
composer install
