composer install
